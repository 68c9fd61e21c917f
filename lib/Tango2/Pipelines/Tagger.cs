using Tango2.Audio;
using Tango2.Models;

namespace Tango2.Pipelines;

/// <summary>The tagger's view of clips, on which FAD, KL and IS are computed.</summary>
/// <param name="models">The weights.</param>
public sealed class Tagger(ModelStore models)
{
    private readonly Cnn14Model _network = models.Tagger();
    private readonly Cnn14Mel _mel = ModelStore.TaggerMel();

    /// <summary>Embeddings [B, D] and logits [B, K] of clips [B, N] at 16 kHz.</summary>
    /// <exception cref="ArgumentException">A clip is not finite; the message names it.</exception>
    public (Tensor Embeddings, Tensor Logits) Features(Tensor waveforms)
    {
        Clips.CheckFinite(waveforms);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var outputs = waveforms.split(64).Select(part => _network.call(Mel(_mel, part))).ToArray();
        return scope.MoveToOuter(cat([.. outputs.Select(o => o.Embedding)]), cat([.. outputs.Select(o => o.Logits)]));
    }

    internal static Tensor Mel(Cnn14Mel mel, Tensor waveforms)
    {
        using var scope = NewDisposeScope();
        return mel.Transform(waveforms - waveforms.mean([1], keepdim: true)).MoveToOuterDisposeScope();
    }
}
