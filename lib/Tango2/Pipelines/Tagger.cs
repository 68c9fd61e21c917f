using Tango2.Audio;
using Tango2.Models;

namespace Tango2.Pipelines;

/// <summary>The tagger's view of clips, on which FAD, KL and IS are computed.</summary>
public sealed class Tagger
{
    private const int Batch = 64;

    private readonly Cnn14Model _network;
    private readonly Cnn14Mel _mel;

    /// <summary>Puts network and front end together.</summary>
    /// <param name="network">The tagger.</param>
    /// <param name="mel">Its front end.</param>
    /// <exception cref="ArgumentException">They have other numbers of mel bins.</exception>
    public Tagger(Cnn14Model network, Cnn14Mel mel)
    {
        Fits.Same(mel.Config.MelBins, network.Config.Mels, "the mel bins", "the tagger's");
        (_network, _mel) = (network, mel);
    }

    /// <summary>Hz of the clips that it hears.</summary>
    public int SampleRate => _mel.Config.SampleRate;

    /// <summary>Embeddings [B, D] and logits [B, K] of clips [B, N].</summary>
    /// <param name="waveforms">[B, N].</param>
    /// <param name="sampleRate">The clips' rate, Hz; null where it is <see cref="SampleRate"/>. Others are resampled.</param>
    /// <exception cref="ArgumentException">A clip is not finite; the message names it.</exception>
    public (Tensor Embeddings, Tensor Logits) Features(Tensor waveforms, int? sampleRate = null)
    {
        Clips.CheckFinite(waveforms);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var outputs = waveforms.to(Clips.DeviceOf(_network)).split(Batch)
            .Select(part => _network.call(Mel(_mel, Clips.At(part, sampleRate, SampleRate)))).ToArray();
        return scope.MoveToOuter(cat([.. outputs.Select(o => o.Embedding)]), cat([.. outputs.Select(o => o.Logits)]));
    }

    /// <summary>Embedding [1, D] and logits [1, K] of a clip, as audioldm_eval prepares the clips of a folder.</summary>
    /// <remarks>
    /// Its mean is taken away, it is brought to <see cref="SampleRate"/>, and filled up with silence to two seconds. The
    /// reference's ways with other rates are kept where it listens at 16 kHz: of 32 kHz every second sample is taken and the
    /// result resampled as if it still were 32 kHz, to half the length; of 48 kHz every third, without a low-pass filter.
    /// </remarks>
    /// <param name="clip">Of any rate and length.</param>
    /// <exception cref="ArgumentException">The clip is empty or not finite.</exception>
    public (Tensor Embedding, Tensor Logits) Features(Waveform clip)
    {
        Clips.CheckFinite(clip);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var samples = clip.ToTensor().to(Clips.DeviceOf(_network));
        samples -= samples.mean();
        samples = AtOwnRate(samples, clip.SampleRate);
        samples = nn.functional.pad(samples, [0, Math.Max(0, _mel.Config.ClipSamples - samples.shape[1])]);
        var (embedding, logits) = _network.call(_mel.Transform(samples));
        return scope.MoveToOuter(embedding, logits);
    }

    private Tensor AtOwnRate(Tensor samples, int rate) => (rate, SampleRate) switch
    {
        (32_000, 16_000) => Resampler.Resample(samples[.., TensorIndex.Slice(step: 2)].contiguous(), rate, SampleRate),
        (48_000, 16_000) => samples[.., TensorIndex.Slice(step: 3)].contiguous(),
        _ => Clips.At(samples, rate, SampleRate),
    };

    /// <summary>The spectrograms [B, 1, T, F] that a tagger sees: of waveforms [B, N] without their mean.</summary>
    public static Tensor Mel(Cnn14Mel mel, Tensor waveforms)
    {
        using var scope = NewDisposeScope();
        return mel.Transform(waveforms - waveforms.mean([1], keepdim: true)).MoveToOuterDisposeScope();
    }
}
