namespace Tango2.Models;

/// <summary>The lowest resolution: a residual block, attention, a residual block; [B, C, T, F] to the same.</summary>
internal sealed class AutoencoderMiddle : nn.Module<Tensor, Tensor>
{
    private readonly AutoencoderResnetBlock block_1, block_2;
    private readonly AutoencoderAttention attn_1;

    public AutoencoderMiddle(int channels, int groups) : base(nameof(AutoencoderMiddle))
    {
        block_1 = new(channels, channels, groups);
        attn_1 = new(channels, groups);
        block_2 = new(channels, channels, groups);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        return block_2.call(attn_1.call(block_1.call(x))).MoveToOuterDisposeScope();
    }
}
