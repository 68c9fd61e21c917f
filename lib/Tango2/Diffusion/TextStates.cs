namespace Tango2.Diffusion;

/// <summary>What a text encoder says of a batch of prompts.</summary>
/// <param name="EncoderHiddenStates">[B, S, D].</param>
/// <param name="EncoderAttentionMask">[B, S], true where there is a token.</param>
public readonly record struct TextStates(Tensor EncoderHiddenStates, Tensor EncoderAttentionMask);
