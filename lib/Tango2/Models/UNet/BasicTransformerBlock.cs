// Keys and numerics of diffusers' BasicTransformerBlock (v0.18.2), written from its architecture.
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace Tango2.Models;

/// <summary>Self-attention, attention to the text and a gated layer, each normalised before and added; [B, N, C].</summary>
public sealed class BasicTransformerBlock : Module<Tensor, UNetConditioning, Tensor>
{
    private readonly LayerNorm norm1, norm2, norm3;
    private readonly CrossAttention attn1, attn2;
    private readonly GegluFeedForward ff;

    /// <summary>Builds the block with random weights.</summary>
    public BasicTransformerBlock(int channels, int contextWidth, int heads) : base(nameof(BasicTransformerBlock))
    {
        norm1 = LayerNorm(channels);
        attn1 = new(channels, channels, heads);
        norm2 = LayerNorm(channels);
        attn2 = new(channels, contextWidth, heads);
        norm3 = LayerNorm(channels);
        ff = new(channels);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x, UNetConditioning conditioning)
    {
        using var scope = NewDisposeScope();
        var h = norm1.call(x);
        x = x + attn1.call(h, h, null);
        x = x + attn2.call(norm2.call(x), conditioning.EncoderHiddenStates, conditioning.EncoderAttentionBias);
        return (x + ff.call(norm3.call(x))).MoveToOuterDisposeScope();
    }
}
