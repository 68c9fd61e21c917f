using Tango2.Audio;
using Tango2.Models;

namespace Tango2.Pipelines;

/// <summary>The tagger's view of clips, on which FAD, KL and IS are computed.</summary>
/// <param name="network">The tagger.</param>
/// <param name="mel">Its front end.</param>
public sealed class Tagger(Cnn14Model network, Cnn14Mel mel)
{
    private const int Batch = 64;

    /// <summary>Embeddings [B, D] and logits [B, K] of clips [B, N] at the front end's rate.</summary>
    /// <exception cref="ArgumentException">A clip is not finite; the message names it.</exception>
    public (Tensor Embeddings, Tensor Logits) Features(Tensor waveforms)
    {
        Clips.CheckFinite(waveforms);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var outputs = waveforms.split(Batch).Select(part => network.call(Mel(mel, part))).ToArray();
        return scope.MoveToOuter(cat([.. outputs.Select(o => o.Embedding)]), cat([.. outputs.Select(o => o.Logits)]));
    }

    /// <summary>The spectrograms [B, 1, T, F] that a tagger sees: of waveforms [B, N] without their mean.</summary>
    public static Tensor Mel(Cnn14Mel mel, Tensor waveforms)
    {
        using var scope = NewDisposeScope();
        return mel.Transform(waveforms - waveforms.mean([1], keepdim: true)).MoveToOuterDisposeScope();
    }
}
