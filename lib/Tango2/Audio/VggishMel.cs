// Numerics of VGGish's front end (torchvggish's mel_features and vggish_input at f3f9096), written from its definition.
using Tango2.Tensors;

namespace Tango2.Audio;

/// <summary>The log-mel examples that VGGish reads.</summary>
/// <remarks>
/// Unlike the other front ends: frames are not centred, filters are triangles in mel rather than in Hz, and gather
/// magnitudes; all of it is computed in double precision.
/// </remarks>
internal sealed class VggishMel
{
    private readonly Tensor _window; // [WindowLength], periodic Hann, float64
    private readonly Tensor _basis;  // [FftLength/2 + 1, F], float64
    private readonly double _logOffset;

    /// <summary>Computes the window and the filters.</summary>
    /// <param name="config">The geometry, usually <see cref="MelConfig.Vggish"/>.</param>
    /// <param name="logOffset">Added to each bin before the logarithm.</param>
    /// <param name="exampleFrames">Frames of one example.</param>
    public VggishMel(MelConfig config, double logOffset = 0.01, int exampleFrames = 96)
    {
        using var gradients = no_grad();
        using var scope = NewDisposeScope();
        (Config, _logOffset, ExampleFrames) = (config, logOffset, exampleFrames);
        _window = hann_window(config.WindowLength, periodic: true, dtype: float64, device: CPU).DetachFromDisposeScope();
        _basis = Filters(config).DetachFromDisposeScope();
    }

    /// <summary>The geometry.</summary>
    public MelConfig Config { get; }

    /// <summary>Frames of one example.</summary>
    public int ExampleFrames { get; }

    /// <summary>The filters' weights: [FftLength/2 + 1, F], float64. The bin at 0 Hz counts nowhere.</summary>
    public static Tensor Filters(MelConfig config)
    {
        using var scope = NewDisposeScope();
        var bins = ToMel(linspace(0, config.SampleRate / 2.0, config.FftLength / 2 + 1, dtype: float64, device: CPU)).unsqueeze(1);
        var limits = ToMel(tensor(new[] { config.MinFrequency, config.MaxFrequency }, device: CPU)).data<double>().ToArray();
        var edges = linspace(limits[0], limits[1], config.MelBins + 2, dtype: float64, device: CPU);
        var (low, centre, high) = (edges[..^2], edges[1..^1], edges[2..]);
        var weights = minimum((bins - low) / (centre - low), (high - bins) / (high - centre)).clamp_min(0);
        weights[0] = zeros(config.MelBins, dtype: float64, device: CPU);
        return weights.MoveToOuterDisposeScope();
    }

    /// <summary>ln(mel(|STFT|) + offset): [B, N] to [B, T, F], float64; T is 1 + (N − window)/hop, or 0.</summary>
    /// <param name="waveform">[B, N], samples in [−1, 1].</param>
    public Tensor Transform(Tensor waveform)
    {
        Shape.Check(waveform, "B, N");
        using var scope = NewDisposeScope();
        if (waveform.shape[1] < Config.WindowLength)
            return zeros([waveform.shape[0], 0, Config.MelBins], float64, waveform.device).MoveToOuterDisposeScope();
        var frames = waveform.to(float64).unfold(1, Config.WindowLength, Config.HopLength) * _window.to(waveform.device);
        var magnitude = fft.rfft(frames, n: Config.FftLength).abs();                 // [B, T, FftLength/2 + 1]
        return (matmul(magnitude, _basis.to(waveform.device)) + _logOffset).log().MoveToOuterDisposeScope();
    }

    /// <summary>Examples of 0.96 seconds one after the other: [B, N] to [B·E, 1, T, F], float32; what is left is dropped.</summary>
    /// <param name="waveform">[B, N], samples in [−1, 1]; clips shorter than one example give none.</param>
    public Tensor Examples(Tensor waveform)
    {
        using var scope = NewDisposeScope();
        var mel = Transform(waveform);
        var whole = mel.shape[1] / ExampleFrames * ExampleFrames;
        return mel.narrow(1, 0, whole).reshape(-1, 1, ExampleFrames, Config.MelBins).to(float32).MoveToOuterDisposeScope();
    }

    private static Tensor ToMel(Tensor hz) => 1127 * (1 + hz / 700).log();
}
