// Numerics of LAION CLAP's HTSAT front end (torchlibrosa Spectrogram and LogmelFilterBank), written from its definition.
using Tango2.Tensors;

namespace Tango2.Audio;

/// <summary>The log-mel in decibels that CLAP's audio encoder reads.</summary>
public sealed class ClapMel
{
    private readonly MelSpectrogram _spectrogram;

    /// <summary>Computes the window and the filters.</summary>
    public ClapMel(MelConfig config) => _spectrogram = new(config);

    /// <summary>The geometry.</summary>
    public MelConfig Config => _spectrogram.Config;

    /// <summary>10·log10(max(mel(|STFT|²), 1e−10)): [B, N] to [B, 1, T, F], differentiable; T is 1 + N/hop.</summary>
    /// <param name="waveform">[B, N], samples in [−1, 1], best from <see cref="Prepare"/>.</param>
    public Tensor Transform(Tensor waveform) => _spectrogram.Decibels(waveform);

    /// <summary>trunc(32767·x) / 32767: what is left of samples stored in 16 bits; [B, N].</summary>
    /// <param name="waveform">[B, N]; samples beyond [−1, 1] are clipped.</param>
    public static Tensor Quantise(Tensor waveform)
    {
        using var scope = NewDisposeScope();
        return ((waveform.clamp(-1, 1) * 32767).trunc() / 32767).MoveToOuterDisposeScope();
    }

    /// <summary>Quantises to 16 bits and brings to the clip's length: [B, N] to [B, ClipSamples].</summary>
    /// <remarks>
    /// A shorter waveform is repeated as often as it fits whole, then zeros follow. Of a longer one the beginning is
    /// taken, where the reference crops at random.
    /// </remarks>
    /// <param name="waveform">[B, N]; samples beyond [−1, 1] are clipped.</param>
    public Tensor Prepare(Tensor waveform)
    {
        Shape.Check(waveform, "B, N");
        if (waveform.shape[1] == 0) throw new ArgumentException("waveform must have samples, but has none.", nameof(waveform));
        using var scope = NewDisposeScope();
        var quantised = Quantise(waveform);
        var whole = Math.Max(1, Config.ClipSamples / waveform.shape[1]);
        var repeated = quantised.repeat([1, whole]);
        return nn.functional.pad(repeated, [0, Config.ClipSamples - repeated.shape[1]]).MoveToOuterDisposeScope();
    }
}
