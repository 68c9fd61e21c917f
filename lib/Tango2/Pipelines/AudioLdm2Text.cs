using Tango2.Models;

namespace Tango2.Pipelines;

/// <summary>What AudioLDM 2 makes of prompts on their way to the denoiser, which reads the last three.</summary>
/// <param name="ClapIds">CLAP's tokens, filled up to its tokenizer's length, [B, S'], int64.</param>
/// <param name="TextIds">The text encoder's tokens, filled up to the longest prompt, [B, S], int64.</param>
/// <param name="ClapFeatures">CLAP's embeddings, each of length one, [B, D].</param>
/// <param name="Projected">What the language model reads: CLAP's embedding and the text encoder's states, [B, S + 5, L].</param>
/// <param name="ProjectedMask">[B, S + 5], int64, 1 where it is read.</param>
/// <param name="GeneratedPromptEmbeds">The states that the language model continues with, [B, G, L].</param>
/// <param name="PromptEmbeds">The text encoder's states, [B, S, W].</param>
/// <param name="AttentionMask">[B, S], int64, 1 for a token.</param>
public sealed record AudioLdm2Text(
    Tensor ClapIds, Tensor TextIds, Tensor ClapFeatures, Tensor Projected, Tensor ProjectedMask,
    Tensor GeneratedPromptEmbeds, Tensor PromptEmbeds, Tensor AttentionMask)
{
    /// <summary>What the denoiser reads.</summary>
    internal AudioLdm2States States => new(GeneratedPromptEmbeds, PromptEmbeds, AttentionMask);

    internal AudioLdm2Text MoveToOuterDisposeScope()
    {
        foreach (var tensor in (Tensor[])[
            ClapIds, TextIds, ClapFeatures, Projected, ProjectedMask, GeneratedPromptEmbeds, PromptEmbeds, AttentionMask])
            tensor.MoveToOuterDisposeScope();
        return this;
    }
}

/// <summary>How well clips fit texts by CLAP, and the clips' order by it.</summary>
/// <param name="LogitsPerText">CLAP's cosines times its learned factor, [B, n]: of each text with each clip.</param>
/// <param name="Order">For each text the numbers of its n / B best clips of all, the best first, [n], int64.</param>
public sealed record AudioLdm2Ranking(Tensor LogitsPerText, Tensor Order);

/// <summary>What AudioLDM 2 is asked for beside a prompt; what is not set is the reference's.</summary>
public sealed record AudioLdm2Options
{
    /// <summary>Steps, guidance, sampler and batch; null takes the pipeline's.</summary>
    public GenerationOptions? Walk { get; init; }

    /// <summary>The clips' length, seconds; null takes the U-Net's, which is 10.24 in the published one.</summary>
    public double? Seconds { get; init; }

    /// <summary>What is not to be heard: one text for each prompt, or one for all; null takes the empty text.</summary>
    public IReadOnlyList<string>? NegativePrompts { get; init; }

    /// <summary>Clips made for each prompt. Of more than one, CLAP's best comes first.</summary>
    public int WaveformsPerPrompt { get; init; } = 1;

    /// <summary>States that the language model makes; null takes its configuration's, which is 8 in the published one.</summary>
    public int? NewTokens { get; init; }
}
