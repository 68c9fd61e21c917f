// Filters of Slaney: numerics of librosa.filters.mel (v0.9.2) with its defaults; Htk: of
// torchaudio.functional.melscale_fbanks.
using Tango2.Tensors;

namespace Tango2.Audio;

/// <summary>Short-time Fourier magnitudes, and their gathering into mel bins; the front ends' common part.</summary>
internal sealed class MelSpectrogram
{
    private readonly Tensor _window; // [WindowLength], periodic Hann
    private readonly Tensor _basis;  // [FftLength/2 + 1, F]

    public MelSpectrogram(MelConfig config)
    {
        using var gradients = no_grad();
        using var scope = NewDisposeScope();
        Config = config;
        _window = hann_window(config.WindowLength, periodic: true, dtype: float64, device: CPU).to(float32).DetachFromDisposeScope();
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

    /// <summary>The filters of a geometry, [FftLength/2 + 1, F].</summary>
    internal static Tensor Filters(MelConfig config)
    {
        using var scope = NewDisposeScope();
        return MelFilterbank.Build(config).t().contiguous().MoveToOuterDisposeScope();
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

/// <summary>Triangular filters, evenly spaced in mel, that gather a spectrum's bins.</summary>
internal static class MelFilterbank
{
    private const double HzPerMel = 200.0 / 3, CornerHz = 1000, CornerMel = CornerHz / HzPerMel;
    private static readonly double LogStep = Math.Log(6.4) / 27;

    /// <summary>The filters' weights: [F, FftLength/2 + 1], float32.</summary>
    public static Tensor Build(MelConfig config)
    {
        if (config.MinFrequency < 0 || config.MaxFrequency > config.SampleRate / 2.0 ||
            config.MinFrequency >= config.MaxFrequency)
            throw new ArgumentException(
                $"The mel range must lie in 0 to {config.SampleRate / 2.0} Hz, but is " +
                $"{config.MinFrequency} to {config.MaxFrequency} Hz.", nameof(config));
        var edges = Edges(config);
        var bins = config.FftLength / 2 + 1;
        var weights = new float[config.MelBins, bins];
        for (var m = 0; m < config.MelBins; m++)
        {
            var (low, centre, high) = (edges[m], edges[m + 1], edges[m + 2]);
            var area = config.Scale == MelScale.Slaney ? 2 / (high - low) : 1;
            for (var k = 0; k < bins; k++)
            {
                var hz = (double)k * config.SampleRate / config.FftLength;
                weights[m, k] = (float)(area * Math.Max(0, Math.Min((hz - low) / (centre - low), (high - hz) / (high - centre))));
            }
        }
        return tensor(weights, device: CPU);
    }

    private static double[] Edges(MelConfig config)
    {
        var (low, high) = (ToMel(config.MinFrequency, config.Scale), ToMel(config.MaxFrequency, config.Scale));
        return [.. Enumerable.Range(0, config.MelBins + 2)
            .Select(i => ToHz(low + (high - low) * i / (config.MelBins + 1), config.Scale))];
    }

    private static double ToMel(double hz, MelScale scale) => scale switch
    {
        MelScale.Htk => 2595 * Math.Log10(1 + hz / 700),
        _ when hz < CornerHz => hz / HzPerMel,
        _ => CornerMel + Math.Log(hz / CornerHz) / LogStep,
    };

    private static double ToHz(double mel, MelScale scale) => scale switch
    {
        MelScale.Htk => 700 * (Math.Pow(10, mel / 2595) - 1),
        _ when mel < CornerMel => mel * HzPerMel,
        _ => CornerHz * Math.Exp(LogStep * (mel - CornerMel)),
    };
}
