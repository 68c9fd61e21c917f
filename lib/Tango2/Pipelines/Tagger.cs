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
        var outputs = waveforms.split(Batch)
            .Select(part => _network.call(Mel(_mel, Clips.At(part, sampleRate, SampleRate)))).ToArray();
        return scope.MoveToOuter(cat([.. outputs.Select(o => o.Embedding)]), cat([.. outputs.Select(o => o.Logits)]));
    }

    /// <summary>The spectrograms [B, 1, T, F] that a tagger sees: of waveforms [B, N] without their mean.</summary>
    public static Tensor Mel(Cnn14Mel mel, Tensor waveforms)
    {
        using var scope = NewDisposeScope();
        return mel.Transform(waveforms - waveforms.mean([1], keepdim: true)).MoveToOuterDisposeScope();
    }
}
