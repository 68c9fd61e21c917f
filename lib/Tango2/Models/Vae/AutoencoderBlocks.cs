using TorchSharp.Modules;
using static Tango2.Tensors.Layers;
using static TorchSharp.torch.nn.functional;

namespace Tango2.Models;

/// <summary>Residual blocks of one resolution, then a change of it; [B, C, T, F] to [B, C', T', F'].</summary>
internal sealed class AutoencoderLevel : nn.Module<Tensor, Tensor>
{
    private readonly ModuleList<AutoencoderResnetBlock> block;
    private readonly ModuleList<AutoencoderAttention>? attn;
    private readonly AutoencoderDownsample? downsample;
    private readonly AutoencoderUpsample? upsample;

    public AutoencoderLevel(
        int channels, int outChannels, int blocks, int groups, bool attends, bool halve = false, bool twice = false)
        : base(nameof(AutoencoderLevel))
    {
        block = [.. Enumerable.Range(0, blocks)
            .Select(i => new AutoencoderResnetBlock(i == 0 ? channels : outChannels, outChannels, groups))];
        attn = attends ? [.. Enumerable.Range(0, blocks).Select(_ => new AutoencoderAttention(outChannels, groups))] : null;
        downsample = halve ? new(outChannels) : null;
        upsample = twice ? new(outChannels) : null;
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var h = x;
        for (var i = 0; i < block.Count; i++)
        {
            h = block[i].call(h);
            if (attn is not null) h = attn[i].call(h);
        }
        if (downsample is not null) h = downsample.call(h);
        if (upsample is not null) h = upsample.call(h);
        return h.MoveToOuterDisposeScope();
    }
}

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

/// <summary>Two normalised convolutions added to their input; [B, C, T, F] to [B, C', T, F].</summary>
internal sealed class AutoencoderResnetBlock : nn.Module<Tensor, Tensor>
{
    private readonly GroupNorm norm1, norm2;
    private readonly Conv2d conv1, conv2;
    private readonly Conv2d? nin_shortcut;

    public AutoencoderResnetBlock(int channels, int outChannels, int groups) : base(nameof(AutoencoderResnetBlock))
    {
        norm1 = GroupNorm(Math.Min(groups, channels), channels, 1e-6);
        conv1 = new Conv2d(channels, outChannels, kernel: 3, padding: 1);
        norm2 = GroupNorm(Math.Min(groups, outChannels), outChannels, 1e-6);
        conv2 = new Conv2d(outChannels, outChannels, kernel: 3, padding: 1);
        nin_shortcut = channels == outChannels ? null : new Conv2d(channels, outChannels, kernel: 1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var h = conv1.call(silu(norm1.Centred(x))); // [B, C', T, F]
        h = conv2.call(silu(norm2.Centred(h)));     // [B, C', T, F]
        return (h + (nin_shortcut?.call(x) ?? x)).MoveToOuterDisposeScope();
    }
}

/// <summary>Each position of [B, C, T, F] attends to all, with one head of width C; added to the input.</summary>
internal sealed class AutoencoderAttention : nn.Module<Tensor, Tensor>
{
    private readonly GroupNorm norm;
    private readonly Conv2d q, k, v, proj_out;

    public AutoencoderAttention(int channels, int groups) : base(nameof(AutoencoderAttention))
    {
        norm = GroupNorm(Math.Min(groups, channels), channels, 1e-6);
        q = new Conv2d(channels, channels, kernel: 1);
        k = new Conv2d(channels, channels, kernel: 1);
        v = new Conv2d(channels, channels, kernel: 1);
        proj_out = new Conv2d(channels, channels, kernel: 1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var h = norm.Centred(x);
        var mixed = scaled_dot_product_attention(Tokens(q.call(h)), Tokens(k.call(h)), Tokens(v.call(h)));
        var back = mixed.squeeze(1).transpose(1, 2).reshape(x.shape); // [B, C, T, F]
        return (x + proj_out.call(back)).MoveToOuterDisposeScope();
    }

    private static Tensor Tokens(Tensor x) => x.flatten(2).transpose(1, 2).unsqueeze(1); // [B, 1, T·F, C]
}

/// <summary>Halves time and frequency; [B, C, T, F] to [B, C, T/2, F/2].</summary>
internal sealed class AutoencoderDownsample : nn.Module<Tensor, Tensor>
{
    private readonly Conv2d conv;

    public AutoencoderDownsample(int channels) : base(nameof(AutoencoderDownsample))
    {
        conv = new Conv2d(channels, channels, kernel: 3, stride: 2);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        return conv.call(pad(x, [0, 1, 0, 1])).MoveToOuterDisposeScope(); // one zero after the last bin and frame
    }
}

/// <summary>Doubles time and frequency; [B, C, T, F] to [B, C, 2T, 2F].</summary>
internal sealed class AutoencoderUpsample : nn.Module<Tensor, Tensor>
{
    private readonly Conv2d conv;

    public AutoencoderUpsample(int channels) : base(nameof(AutoencoderUpsample))
    {
        conv = new Conv2d(channels, channels, kernel: 3, padding: 1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var larger = interpolate(x, scale_factor: [2, 2], mode: InterpolationMode.Nearest);
        return conv.call(larger).MoveToOuterDisposeScope();
    }
}
