// Numerics of Cnn14's front end in audioldm_eval (torchlibrosa), written from its definition.
using Tango2.Tensors;

namespace Tango2.Audio;

/// <summary>The log-mel in decibels that the Cnn14 classifier reads.</summary>
public sealed class Cnn14Mel
{
    private readonly MelSpectrogram _spectrogram;

    /// <summary>Computes the window and the filters.</summary>
    public Cnn14Mel(MelConfig config) => _spectrogram = new(config);

    /// <summary>The geometry.</summary>
    public MelConfig Config => _spectrogram.Config;

    /// <summary>|STFT|²: [B, N] to [B, T, FftLength/2 + 1]; T is 1 + N/hop.</summary>
    /// <param name="waveform">[B, N], samples in [−1, 1].</param>
    public Tensor PowerSpectrum(Tensor waveform)
    {
        using var scope = NewDisposeScope();
        return _spectrogram.Magnitude(waveform).square().MoveToOuterDisposeScope();
    }

    /// <summary>10·log10(max(mel(|STFT|²), 1e−10)): [B, N] to [B, 1, T, F], differentiable; T is 1 + N/hop.</summary>
    /// <param name="waveform">[B, N], samples in [−1, 1], best from <see cref="Prepare"/>.</param>
    public Tensor Transform(Tensor waveform) => _spectrogram.Decibels(waveform);

    /// <summary>Takes each waveform's mean away and pads short ones with zeros: [B, N] to [B, max(N, ClipSamples)].</summary>
    /// <param name="waveform">[B, N], samples in [−1, 1].</param>
    public Tensor Prepare(Tensor waveform)
    {
        Shape.Check(waveform, "B, N");
        using var scope = NewDisposeScope();
        var centred = waveform - waveform.mean([1], keepdim: true);
        var missing = Math.Max(0, Config.ClipSamples - waveform.shape[1]);
        return nn.functional.pad(centred, [0, missing]).MoveToOuterDisposeScope();
    }
}
