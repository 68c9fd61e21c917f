using Tango2.Tensors;

namespace Tango2.Audio;

/// <summary>Short-time Fourier magnitudes, and their gathering into mel bins; the front ends' common part.</summary>
public sealed class MelSpectrogram
{
    private readonly Tensor _window; // [WindowLength], periodic Hann
    private readonly Tensor _basis;  // [FftLength/2 + 1, F]

    /// <summary>Computes the window and the filters.</summary>
    public MelSpectrogram(MelConfig config)
    {
        using var gradients = no_grad();
        using var scope = NewDisposeScope();
        Config = config;
        _window = hann_window(config.WindowLength, periodic: true, dtype: float64).to(float32).DetachFromDisposeScope();
        _basis = MelFilterbank.Build(config).t().contiguous().DetachFromDisposeScope();
    }

    /// <summary>The geometry.</summary>
    public MelConfig Config { get; }

    /// <summary>|STFT| with reflected ends: [B, N] to [B, 1 + N/hop, FftLength/2 + 1], in single precision.</summary>
    /// <param name="waveform">[B, N], samples in [−1, 1], of any floating type.</param>
    public Tensor Magnitude(Tensor waveform)
    {
        Shape.Check(waveform, "B, N");
        if (waveform.shape[1] <= Config.FftLength / 2)
            throw new ArgumentException(
                $"waveform must have more than {Config.FftLength / 2} samples to reflect its ends, " +
                $"but has {waveform.shape[1]}: pad it first.", nameof(waveform));
        using var scope = NewDisposeScope();
        return stft(waveform.to(float32), Config.FftLength, Config.HopLength, Config.WindowLength, _window.to(waveform.device),
            center: true, pad_mode: PaddingModes.Reflect, onesided: true, return_complex: true)
            .abs().transpose(1, 2).MoveToOuterDisposeScope();
    }

    /// <summary>Gathers a spectrum into mel bins: [B, T, FftLength/2 + 1] to [B, 1, T, F].</summary>
    public Tensor Gather(Tensor spectrum)
    {
        using var scope = NewDisposeScope();
        return matmul(spectrum.to(float32), _basis.to(spectrum.device)).unsqueeze(1).MoveToOuterDisposeScope();
    }

    /// <summary>The power in decibels, 10·log10(max(mel(|STFT|²), 1e−10)): [B, N] to [B, 1, T, F].</summary>
    /// <param name="waveform">[B, N], samples in [−1, 1].</param>
    public Tensor Decibels(Tensor waveform)
    {
        using var scope = NewDisposeScope();
        return (10 * Gather(Magnitude(waveform).square()).clamp_min(1e-10).log10()).MoveToOuterDisposeScope();
    }
}
