using Tango2.Tensors;

namespace Tango2.Lab;

/// <summary>What the tagger makes of clips and of the real clips of the same prompts; FAD and IS are computed on it.</summary>
/// <param name="Embeddings">[B, D], of the clips.</param>
/// <param name="Logits">[B, K], of the clips.</param>
/// <param name="Real">[B, D], embeddings of the real clips, row by row the same prompts.</param>
public sealed record TaggerFeatures(Tensor Embeddings, Tensor Logits, Tensor Real)
{
    /// <summary>Refuses features that are not of the same prompts, row by row.</summary>
    /// <param name="before">Of one model.</param>
    /// <param name="after">Of the other.</param>
    /// <exception cref="ArgumentException">The shapes do not fit together; the message tells which and how.</exception>
    internal static void CheckPaired(TaggerFeatures before, TaggerFeatures after) => Shape
        .Check(before.Embeddings, "B, D").And(before.Logits, "B, K").And(before.Real, "B, D")
        .And(after.Embeddings, "B, D").And(after.Logits, "B, K").And(after.Real, "B, D");
}
