namespace Tango2.Diffusion;

/// <summary>What a text encoder says of a batch of prompts.</summary>
/// <param name="EncoderHiddenStates">[B, S, D].</param>
/// <param name="EncoderAttentionMask">[B, S], true where there is a token.</param>
public readonly record struct TextStates(Tensor EncoderHiddenStates, Tensor EncoderAttentionMask)
{
    /// <summary>These texts and others of the same shape after them, [B + B', S, D].</summary>
    public TextStates Then(TextStates others) => new(
        cat([EncoderHiddenStates, others.EncoderHiddenStates]), cat([EncoderAttentionMask, others.EncoderAttentionMask]));

    /// <summary>Some of the texts, which may repeat.</summary>
    /// <param name="rows">[n], int64.</param>
    public TextStates Rows(Tensor rows) =>
        new(EncoderHiddenStates.index_select(0, rows), EncoderAttentionMask.index_select(0, rows));

    /// <summary>The same texts with as many places as <paramref name="length"/>; the mask hides those that are added.</summary>
    internal TextStates FilledTo(long length)
    {
        var more = length - EncoderAttentionMask.shape[1];
        return more == 0 ? this : new(
            nn.functional.pad(EncoderHiddenStates, [0, 0, 0, more]), nn.functional.pad(EncoderAttentionMask, [0, more]));
    }

    internal TextStates MoveToOuterDisposeScope() =>
        new(EncoderHiddenStates.MoveToOuterDisposeScope(), EncoderAttentionMask.MoveToOuterDisposeScope());

    internal TextStates DetachFromDisposeScope() =>
        new(EncoderHiddenStates.DetachFromDisposeScope(), EncoderAttentionMask.DetachFromDisposeScope());

    internal void Dispose()
    {
        EncoderHiddenStates.Dispose();
        EncoderAttentionMask.Dispose();
    }
}

/// <summary>A denoising network that reads a text.</summary>
/// <param name="noisyLatents">z_t, [B, C, T, F].</param>
/// <param name="timesteps">t of each row, [B], int64.</param>
/// <param name="text">Of each row: states [B, S, D] and mask [B, S].</param>
/// <returns>The prediction, [B, C, T, F].</returns>
public delegate Tensor TextDenoiser(Tensor noisyLatents, Tensor timesteps, TextStates text);

/// <summary>A denoising network with its text and guidance filled in.</summary>
/// <param name="noisyLatents">z_t, [B, C, T, F].</param>
/// <param name="timesteps">t of each row, [B], int64.</param>
/// <returns>The prediction, [B, C, T, F], which the sampler disposes.</returns>
public delegate Tensor Denoiser(Tensor noisyLatents, Tensor timesteps);
