// The read path of the paper's code (tango2/tools/torch_tools.py), written from its definition.
using Tango2.Tensors;

namespace Tango2.Audio;

/// <summary>Prepares training audio: one length, no offset, peaks of one half.</summary>
internal static class TrainingAudio
{
    /// <summary>Resamples to the config's rate and prepares one clip: [1, ClipSamples].</summary>
    public static Tensor Prepare(Waveform waveform, MelConfig config)
    {
        using var scope = NewDisposeScope();
        return Prepare(Resampler.Resample(waveform, config.SampleRate).ToTensor(), config.ClipSamples)
            .MoveToOuterDisposeScope();
    }

    /// <summary>Normalises, crops or pads with zeros at the end, and normalises what was kept: [B, N] to [B, samples].</summary>
    /// <remarks>
    /// The paper's code gets 0/0 = NaN in the second normalisation of silence, and makes it 0 before the mel; here
    /// silence is 0 at once.
    /// </remarks>
    /// <param name="waveform">[B, N], samples in [−1, 1].</param>
    /// <param name="samples">The length wanted.</param>
    public static Tensor Prepare(Tensor waveform, long samples)
    {
        Shape.Check(waveform, "B, N");
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(samples);
        if (waveform.shape[1] == 0) throw new ArgumentException("waveform must have samples, but has none.", nameof(waveform));
        Finite.Check(waveform, nameof(waveform), ["clip", "sample"]);
        using var scope = NewDisposeScope();
        var clip = Fit(Normalize(waveform), samples);
        var peak = clip.abs().amax([1], keepdim: true);
        return (clip / peak * 0.5).nan_to_num(0).clamp(-1, 1).MoveToOuterDisposeScope();
    }

    /// <summary>Crops at the end, or pads with zeros there: [B, N] to [B, samples].</summary>
    /// <param name="waveform">[B, N].</param>
    /// <param name="samples">The length wanted.</param>
    public static Tensor Fit(Tensor waveform, long samples)
    {
        Shape.Check(waveform, "B, N");
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(samples);
        return nn.functional.pad(waveform, [0, samples - waveform.shape[1]]); // A negative padding crops.
    }

    /// <summary>(x − mean) / (max|x − mean| + 1e−8) / 2, for each waveform: [B, N].</summary>
    /// <param name="waveform">[B, N], samples in [−1, 1].</param>
    public static Tensor Normalize(Tensor waveform)
    {
        Shape.Check(waveform, "B, N");
        using var scope = NewDisposeScope();
        var centred = waveform - waveform.mean([1], keepdim: true);
        return (centred / (centred.abs().amax([1], keepdim: true) + 1e-8) * 0.5).MoveToOuterDisposeScope();
    }
}
