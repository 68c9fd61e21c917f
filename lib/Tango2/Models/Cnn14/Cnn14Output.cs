namespace Tango2.Models;

/// <summary>What Cnn14 says about clips.</summary>
/// <param name="Embedding">[B, D], after the ReLU of fc1.</param>
/// <param name="Logits">[B, K]; their sigmoid is each class's probability.</param>
public sealed record Cnn14Output(Tensor Embedding, Tensor Logits);
