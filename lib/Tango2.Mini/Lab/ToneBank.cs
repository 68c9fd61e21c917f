using Tango2.Audio;
using Tango2.Tensors;

namespace Tango2.Mini.Lab;

/// <summary>
/// One steady tone for every mel bin, as loud as the bin says: a synthesiser that a vocoder can imitate sample by
/// sample, since its phases never depend on chance.
/// </summary>
/// <remarks>
/// From a steady spectrogram a HiFi-GAN can only make a wave that repeats with the hop, so every tone is a multiple of
/// 16,000 / 320 = 50 Hz. Started from nothing on spectral losses alone, it finds silence cheaper than a tone of nearly
/// the right pitch.
/// </remarks>
internal sealed class ToneBank
{
    private const double Probe = 0.5;
    private readonly int _hop;
    private readonly Tensor _tones, _response;

    /// <summary>The bank of a spectrogram's bins, with tones for clips of at most its usual length.</summary>
    public ToneBank(MelConfig config)
    {
        using var scope = NewDisposeScope();
        _hop = config.HopLength;
        var grid = config.SampleRate / (double)config.HopLength;
        var seconds = arange(config.ClipFrames * config.HopLength, dtype: float64) / config.SampleRate;
        Tensor[] probes = [.. Enumerable.Range(1, config.HopLength / 2 - 1)
            .Select(k => (Probe * cos(seconds * (2 * Math.PI * grid * k))).to(float32))];
        var middle = new TacotronMel(config).Transform(stack(probes)).exp().select(2, config.ClipFrames / 2).squeeze(1) / Probe;
        var (best, which) = middle.max(0); // by bin: the tone that it answers most, and how much
        _response = best.DetachFromDisposeScope();
        // Quadratic phases keep many tones from peaking together.
        _tones = stack([.. which.data<long>().ToArray().Select((k, bin) =>
            cos(seconds * (2 * Math.PI * grid * (k + 1)) + 2.4 * bin * bin).to(float32))]).DetachFromDisposeScope();
    }

    /// <summary>The waveforms [B, hop·T] of log-mel spectrograms [B, 1, T, F], limited to ±0.95.</summary>
    public Tensor Play(Tensor mel)
    {
        Shape.Check(mel, "B, 1, T, F");
        using var scope = NewDisposeScope();
        var levels = (mel.squeeze(1).exp() / _response).transpose(1, 2);                                      // [B, F, T]
        var smooth = nn.functional.interpolate(
            levels, scale_factor: [_hop], mode: InterpolationMode.Linear, align_corners: false);               // [B, F, N]
        return (smooth * _tones.narrow(1, 0, smooth.shape[2])).sum(1).clamp(-0.95, 0.95).MoveToOuterDisposeScope();
    }
}
