namespace Tango2.Lab;

/// <summary>What the tagger makes of clips and of the real clips of the same prompts; FAD and IS are computed on it.</summary>
/// <param name="Embeddings">[B, D], of the clips.</param>
/// <param name="Logits">[B, K], of the clips.</param>
/// <param name="Real">[B, D], embeddings of the real clips, row by row the same prompts.</param>
public sealed record TaggerFeatures(Tensor Embeddings, Tensor Logits, Tensor Real);
