// Keys and numerics of the layers of diffusers' U-Net (v0.18.2), written from their architecture. Two have other names
// there: CrossAttention is Attention, GegluFeedForward is FeedForward with GEGLU; TimestepEmbedding.Code is Timesteps.
// Left out: resampling inside residual blocks, transformers entered by convolutions. Ours: the optional code of
// positions, see UNet2DConditionConfig.SinusoidalPositions.
using Tango2.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace Tango2.Models;

/// <summary>Two convolutions with the timestep embedding added between; [B, C, T, F] to [B, C', T, F].</summary>
internal sealed class ResnetBlock2D : Module<Tensor, Tensor, Tensor>
{
    private readonly GroupNorm norm1, norm2;
    private readonly Conv2d conv1, conv2;
    private readonly Linear time_emb_proj;
    private readonly Conv2d? conv_shortcut;

    public ResnetBlock2D(int channels, int outChannels, UNet2DConditionConfig config) : base(nameof(ResnetBlock2D))
    {
        norm1 = Layers.GroupNorm(config.NormNumGroups, channels, config.NormEps);
        conv1 = new Conv2d(channels, outChannels, kernel: 3, padding: 1);
        time_emb_proj = Linear(config.TimeEmbedDim, outChannels);
        norm2 = Layers.GroupNorm(config.NormNumGroups, outChannels, config.NormEps);
        conv2 = new Conv2d(outChannels, outChannels, kernel: 3, padding: 1);
        conv_shortcut = channels == outChannels ? null : new Conv2d(channels, outChannels, kernel: 1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, Tensor temb)
    {
        using var scope = NewDisposeScope();
        var h = conv1.call(silu(norm1.call(x)));                             // [B, C', T, F]
        h = h + time_emb_proj.call(silu(temb)).unsqueeze(-1).unsqueeze(-1);  // [B, C', 1, 1] is added
        h = conv2.call(silu(norm2.call(h)));                                 // [B, C', T, F]
        return ((conv_shortcut?.call(x) ?? x) + h).MoveToOuterDisposeScope();
    }
}

/// <summary>Attention among the places of a feature map and from them to the text, added to it; [B, C, T, F].</summary>
internal sealed class Transformer2DModel : Module<Tensor, UNetConditioning, Tensor>
{
    private readonly GroupNorm norm;
    private readonly Linear proj_in, proj_out;
    private readonly ModuleList<BasicTransformerBlock> transformer_blocks;
    private readonly bool _positions;

    public Transformer2DModel(int channels, int heads, UNet2DConditionConfig config) : base(nameof(Transformer2DModel))
    {
        _positions = config.SinusoidalPositions;
        norm = Layers.GroupNorm(config.NormNumGroups, channels, eps: 1e-6);
        proj_in = Linear(channels, channels);
        transformer_blocks = ModuleList(new BasicTransformerBlock(channels, config.CrossAttentionDim, heads));
        proj_out = Linear(channels, channels);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, UNetConditioning conditioning)
    {
        using var scope = NewDisposeScope();
        var (channels, time, frequency) = (x.shape[1], x.shape[2], x.shape[3]);
        var h = proj_in.call(norm.call(x).flatten(2).transpose(1, 2));                         // [B, T·F, C]
        if (_positions) h = h + SinusoidalPositionCode.Tokens(channels, time, frequency, h);
        foreach (var block in transformer_blocks)
            h = block.call(h, conditioning.EncoderHiddenStates, conditioning.EncoderAttentionBias);
        // A view; and with x first, the sum takes x's memory layout, which the convolutions after it like.
        h = proj_out.call(h).transpose(1, 2).unflatten(2, [time, frequency]);                  // [B, C, T, F]
        return (x + h).MoveToOuterDisposeScope();
    }
}

/// <summary>Self-attention, attention to a text or, without one, self-attention again, and a gated layer, each normalised before and added.</summary>
internal sealed class BasicTransformerBlock : Module<Tensor, Tensor?, Tensor?, Tensor>
{
    private readonly LayerNorm norm1, norm2, norm3;
    private readonly CrossAttention attn1, attn2;
    private readonly GegluFeedForward ff;

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

    /// <summary>[B, N, C], states [B, S, D] or null, and a bias that broadcasts to [B, H, N, S] or null; to [B, N, C].</summary>
    public override Tensor forward(Tensor x, Tensor? states, Tensor? bias)
    {
        using var scope = NewDisposeScope();
        var h = norm1.call(x);
        x = x + attn1.call(h, h, null);
        h = norm2.call(x);
        x = x + attn2.call(h, states ?? h, bias);
        return (x + ff.call(norm3.call(x))).MoveToOuterDisposeScope();
    }
}

/// <summary>Multi-head attention of places to a context, or to themselves: softmax(q·k/√width + bias)·v.</summary>
internal sealed class CrossAttention : Module<Tensor, Tensor, Tensor?, Tensor>
{
    private readonly Linear to_q, to_k, to_v;
    private readonly ModuleList<Module<Tensor, Tensor>> to_out;
    private readonly int _heads;

    /// <param name="channels">Width of the places.</param>
    /// <param name="contextWidth">Width of the context.</param>
    /// <param name="heads">Number of heads, which divides <paramref name="channels"/>.</param>
    public CrossAttention(int channels, int contextWidth, int heads) : base(nameof(CrossAttention))
    {
        _heads = heads;
        to_q = Linear(channels, channels, hasBias: false);
        to_k = Linear(contextWidth, channels, hasBias: false);
        to_v = Linear(contextWidth, channels, hasBias: false);
        to_out = ModuleList<Module<Tensor, Tensor>>(Linear(channels, channels));
        RegisterComponents();
    }

    /// <summary>[B, N, C], [B, S, D] and a bias that broadcasts to [B, H, N, S], to [B, N, C].</summary>
    public override Tensor forward(Tensor x, Tensor context, Tensor? bias)
    {
        using var scope = NewDisposeScope();
        var h = Attention.Of(
            Heads(to_q.call(x)), Heads(to_k.call(context)), Heads(to_v.call(context)), bias); // [B, H, N, C/H]
        return to_out[0].call(h.transpose(1, 2).flatten(2)).MoveToOuterDisposeScope();
    }

    private Tensor Heads(Tensor x) => x.unflatten(2, [_heads, -1]).transpose(1, 2); // [B, H, N, C/H]
}

/// <summary>A gated layer four times as wide, and back; [B, N, C] to [B, N, C].</summary>
internal sealed class GegluFeedForward : Module<Tensor, Tensor>
{
    private readonly ModuleList<Module<Tensor, Tensor>> net;

    public GegluFeedForward(int channels) : base(nameof(GegluFeedForward))
    {
        // The reference has a dropout of 0 in second place, which the checkpoint's numbering remembers.
        net = ModuleList<Module<Tensor, Tensor>>(
            new Geglu(channels, 4 * channels), Identity(), Linear(4 * channels, channels));
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        return net[2].call(net[0].call(x)).MoveToOuterDisposeScope();
    }
}

/// <summary>value · gelu(gate), both from one linear layer; [B, N, C] to [B, N, C'].</summary>
internal sealed class Geglu : Module<Tensor, Tensor>
{
    private readonly Linear proj;

    public Geglu(int channels, int outChannels) : base(nameof(Geglu))
    {
        proj = Linear(channels, 2 * outChannels);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var halves = proj.call(x).chunk(2, dim: -1);
        return (halves[0] * gelu(halves[1])).MoveToOuterDisposeScope();
    }
}

/// <summary>A timestep's sinusoidal code through two linear layers; [B, C] to [B, D'].</summary>
internal sealed class TimestepEmbedding : Module<Tensor, Tensor>
{
    private readonly Linear linear_1, linear_2;

    /// <param name="channels">Width of the code.</param>
    /// <param name="width">Width of the embedding.</param>
    public TimestepEmbedding(int channels, int width) : base(nameof(TimestepEmbedding))
    {
        linear_1 = Linear(channels, width);
        linear_2 = Linear(width, width);
        RegisterComponents();
    }

    public override Tensor forward(Tensor code)
    {
        using var scope = NewDisposeScope();
        return linear_2.call(silu(linear_1.call(code))).MoveToOuterDisposeScope();
    }

    /// <summary>cos(t·f) and sin(t·f) for frequencies f = 10000^(−i / (C/2 − shift)).</summary>
    /// <param name="timesteps">[B], any number type.</param>
    /// <param name="channels">C, even.</param>
    /// <param name="flipSinToCos">Whether the cosines come first.</param>
    /// <param name="freqShift">Subtracted from the number of frequencies when they are spaced.</param>
    /// <returns>[B, C], float32.</returns>
    public static Tensor Code(Tensor timesteps, int channels, bool flipSinToCos, int freqShift)
    {
        using var scope = NewDisposeScope();
        var half = channels / 2;
        var index = arange(half, dtype: float32, device: timesteps.device);
        var frequencies = (-Math.Log(10000) * index / (half - freqShift)).exp();
        var phase = timesteps.to(float32).unsqueeze(-1) * frequencies; // [B, C/2]
        var (first, second) = flipSinToCos ? (phase.cos(), phase.sin()) : (phase.sin(), phase.cos());
        return cat([first, second], dim: -1).MoveToOuterDisposeScope();
    }
}

/// <summary>A convolution of stride 2; [B, C, T, F] to [B, C, ⌈T/2⌉, ⌈F/2⌉].</summary>
internal sealed class Downsample2D : Module<Tensor, Tensor>
{
    private readonly Conv2d conv;

    public Downsample2D(int channels) : base(nameof(Downsample2D))
    {
        conv = new Conv2d(channels, channels, kernel: 3, stride: 2, padding: 1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => conv.call(x);
}

/// <summary>Nearest neighbours and a convolution; [B, C, T, F] and a size [T', F'] to [B, C, T', F'].</summary>
internal sealed class Upsample2D : Module<Tensor, long[], Tensor>
{
    private readonly Conv2d conv;

    public Upsample2D(int channels) : base(nameof(Upsample2D))
    {
        conv = new Conv2d(channels, channels, kernel: 3, padding: 1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, long[] size)
    {
        using var scope = NewDisposeScope();
        return conv.call(functional.interpolate(x, size, mode: InterpolationMode.Nearest)).MoveToOuterDisposeScope();
    }
}
