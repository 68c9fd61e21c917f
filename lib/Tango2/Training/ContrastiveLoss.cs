using Tango2.Tensors;

namespace Tango2.Training;

/// <summary>The objective of CLAP, with captions that are nearly right among the wrong answers.</summary>
internal static class ContrastiveLoss
{
    /// <summary>½ · [CE(s · A Tᵀ) over all captions + CE(s · T₊ Aᵀ) over the clips]; [B] clips, B·(1+H) captions.</summary>
    /// <remarks>
    /// Radford et al., "Learning Transferable Visual Models" (CLIP), figure 3, plus hard negatives: the captions beyond
    /// the first B are wrong for every clip.
    /// </remarks>
    /// <param name="audio">Unit vectors [B, D].</param>
    /// <param name="text">Unit vectors [M, D], M ≥ B; row i &lt; B is the caption of clip i.</param>
    /// <param name="scale">Scalar; the inverse temperature.</param>
    public static Tensor Value(Tensor audio, Tensor text, Tensor scale)
    {
        Shape.Check(audio, "B, D").And(text, "M, D");
        using var scope = NewDisposeScope();
        var count = audio.shape[0];
        var labels = arange(count, device: audio.device);
        var logits = scale * audio.matmul(text.t()); // [B, M]
        var loss = 0.5 * (nn.functional.cross_entropy(logits, labels)
            + nn.functional.cross_entropy(logits[.., ..(int)count].t(), labels));
        return loss.MoveToOuterDisposeScope();
    }
}
