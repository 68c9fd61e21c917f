namespace Tango2.Models;

/// <summary>What steers every block of the U-Net beside its input.</summary>
/// <param name="TimeEmbedding">The embedded timestep, [B, 4 · first level's channels].</param>
/// <param name="EncoderHiddenStates">The text states, [B, S, D].</param>
/// <param name="EncoderAttentionBias">Added to the cross-attention scores, [B, 1, 1, S]; null for none.</param>
public readonly record struct UNetConditioning(
    Tensor TimeEmbedding, Tensor EncoderHiddenStates, Tensor? EncoderAttentionBias);
