// Keys and numerics of diffusers' UNet2DConditionModel (v0.18.2) and its blocks, under their names there, written from
// their architecture. Left out: class labels, extra embeddings, LoRA and the other kinds of block. Ours:
// UNet2DConditionConfig.SinusoidalPositions. Level 0 is the finest.
using Tango2.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace Tango2.Models;

/// <summary>The denoising network: predicts velocity (or noise) from noisy latents, timesteps and text.</summary>
public sealed class UNet2DConditionModel : Module<Tensor, Tensor, Tensor, Tensor?, Tensor>
{
    private readonly Conv2d conv_in, conv_out;
    private readonly TimestepEmbedding time_embedding;
    private readonly ModuleList<Module<Tensor, UNetConditioning, Tensor[]>> down_blocks;
    private readonly UNetMidBlock2DCrossAttn mid_block;
    private readonly ModuleList<Module<Tensor, Stack<Tensor>, UNetConditioning, Tensor>> up_blocks;
    private readonly GroupNorm conv_norm_out;

    /// <summary>Builds the network with random weights, drawn from torch's global generator.</summary>
    /// <exception cref="ArgumentException">The settings ask for what is not built; the message says which.</exception>
    public UNet2DConditionModel(UNet2DConditionConfig config) : base(nameof(UNet2DConditionModel))
    {
        config.Validate();
        Config = config;
        var channels = config.BlockOutChannels;
        var levels = Enumerable.Range(0, channels.Count).ToArray();
        conv_in = new Conv2d(config.InChannels, channels[0], kernel: 3, padding: 1);
        time_embedding = new(channels[0], config.TimeEmbedDim);
        down_blocks = ModuleList(levels.Select(level => Down(level, config)).ToArray());
        mid_block = new(config);
        up_blocks = ModuleList(levels.Reverse().Select(level => Up(level, config)).ToArray());
        conv_norm_out = Layers.GroupNorm(config.NormNumGroups, channels[0], config.NormEps);
        conv_out = new Conv2d(channels[0], config.OutChannels, kernel: 3, padding: 1);
        RegisterComponents();
    }

    /// <summary>The settings it was built with.</summary>
    public UNet2DConditionConfig Config { get; }

    /// <summary>Where its weights are.</summary>
    internal Device Device => conv_in.Weight.device;

    /// <summary>The type of its weights, which its inputs must have.</summary>
    internal ScalarType Type => conv_in.Weight.dtype;

    /// <summary>The prediction for noisy latents.</summary>
    /// <param name="noisyLatents">[B, C, T, F]; any T and F.</param>
    /// <param name="timesteps">[B], or a scalar for all; from 0.</param>
    /// <param name="encoderHiddenStates">Text states, [B, S, D].</param>
    /// <param name="encoderAttentionMask">[B, S], true (or 1) where there is a token; null where all are.</param>
    /// <returns>[B, C', T, F].</returns>
    public override Tensor forward(
        Tensor noisyLatents, Tensor timesteps, Tensor encoderHiddenStates, Tensor? encoderAttentionMask)
    {
        var shape = Shape.Check(noisyLatents, "B, C, T, F").And(encoderHiddenStates, $"B, S, {Config.CrossAttentionDim}");
        if (timesteps.dim() > 0) shape.And(timesteps, "B");
        if (encoderAttentionMask is not null) shape.And(encoderAttentionMask, "B, S");
        Shape.Check(noisyLatents, $"*, {Config.InChannels}, *, *");

        using var scope = NewDisposeScope();
        var conditioning = new UNetConditioning(
            Embed(timesteps.expand(noisyLatents.shape[0]), noisyLatents.dtype), encoderHiddenStates,
            encoderAttentionMask is null ? null : Bias(encoderAttentionMask, noisyLatents.dtype));
        var x = conv_in.call(noisyLatents);
        var skips = new Stack<Tensor>([x]);
        foreach (var block in down_blocks)
        {
            foreach (var output in block.call(x, conditioning)) skips.Push(output);
            x = skips.Peek();
        }
        x = mid_block.call(x, conditioning);
        foreach (var block in up_blocks) x = block.call(x, skips, conditioning);
        return conv_out.call(silu(conv_norm_out.call(x))).MoveToOuterDisposeScope();
    }

    private Tensor Embed(Tensor timesteps, ScalarType dtype)
    {
        var code = TimestepEmbedding.Code(
            timesteps, Config.BlockOutChannels[0], Config.FlipSinToCos, Config.FreqShift);
        return time_embedding.call(code.to(dtype)); // [B, D']
    }

    /// <summary>0 for tokens and −10000 for padding: with nothing but padding all of it counts alike, as in the reference.</summary>
    private static Tensor Bias(Tensor mask, ScalarType dtype) =>
        ((1 - mask.to(dtype)) * -10000).unsqueeze(1).unsqueeze(1); // [B, 1, 1, S]

    private static Module<Tensor, UNetConditioning, Tensor[]> Down(int level, UNet2DConditionConfig config) =>
        config.DownBlockTypes[level] switch
        {
            nameof(CrossAttnDownBlock2D) => new CrossAttnDownBlock2D(level, config),
            nameof(DownBlock2D) => new DownBlock2D(level, config),
            var other => throw new ArgumentException(
                $"down_block_types has {other}, but only CrossAttnDownBlock2D and DownBlock2D are known."),
        };

    private static Module<Tensor, Stack<Tensor>, UNetConditioning, Tensor> Up(int level, UNet2DConditionConfig config) =>
        config.UpBlockTypes[^(level + 1)] switch
        {
            nameof(CrossAttnUpBlock2D) => new CrossAttnUpBlock2D(level, config),
            nameof(UpBlock2D) => new UpBlock2D(level, config),
            var other => throw new ArgumentException(
                $"up_block_types has {other}, but only UpBlock2D and CrossAttnUpBlock2D are known."),
        };
}

/// <summary>What steers every block of the U-Net beside its input.</summary>
/// <param name="TimeEmbedding">The embedded timestep, [B, 4 · first level's channels].</param>
/// <param name="EncoderHiddenStates">The text states, [B, S, D].</param>
/// <param name="EncoderAttentionBias">Added to the cross-attention scores, [B, 1, 1, S]; null for none.</param>
internal readonly record struct UNetConditioning(
    Tensor TimeEmbedding, Tensor EncoderHiddenStates, Tensor? EncoderAttentionBias);

/// <summary>Residual blocks and, unless last, a halving; gives each one's output, the last being the block's.</summary>
internal sealed class DownBlock2D : Module<Tensor, UNetConditioning, Tensor[]>
{
    private readonly ModuleList<ResnetBlock2D> resnets;
    private readonly ModuleList<Downsample2D>? downsamplers;

    public DownBlock2D(int level, UNet2DConditionConfig config) : base(nameof(DownBlock2D))
    {
        resnets = Resnets(level, config);
        downsamplers = Downsamplers(level, config);
        RegisterComponents();
    }

    public override Tensor[] forward(Tensor x, UNetConditioning conditioning)
    {
        using var scope = NewDisposeScope();
        var outputs = new List<Tensor>();
        foreach (var resnet in resnets) outputs.Add(x = resnet.call(x, conditioning.TimeEmbedding));
        if (downsamplers is not null) outputs.Add(downsamplers[0].call(x));
        return [.. outputs.Select(o => o.MoveToOuterDisposeScope())];
    }

    internal static ModuleList<ResnetBlock2D> Resnets(int level, UNet2DConditionConfig config)
    {
        var channels = config.BlockOutChannels[level];
        var before = config.BlockOutChannels[Math.Max(level - 1, 0)];
        return ModuleList(Enumerable.Range(0, config.LayersPerBlock)
            .Select(i => new ResnetBlock2D(i == 0 ? before : channels, channels, config)).ToArray());
    }

    internal static ModuleList<Downsample2D>? Downsamplers(int level, UNet2DConditionConfig config) =>
        level == config.BlockOutChannels.Count - 1 ? null : ModuleList(new Downsample2D(config.BlockOutChannels[level]));
}

/// <summary>As <see cref="DownBlock2D"/>, with a transformer after each residual block.</summary>
internal sealed class CrossAttnDownBlock2D : Module<Tensor, UNetConditioning, Tensor[]>
{
    private readonly ModuleList<Transformer2DModel> attentions;
    private readonly ModuleList<ResnetBlock2D> resnets;
    private readonly ModuleList<Downsample2D>? downsamplers;

    public CrossAttnDownBlock2D(int level, UNet2DConditionConfig config) : base(nameof(CrossAttnDownBlock2D))
    {
        resnets = DownBlock2D.Resnets(level, config);
        attentions = ModuleList(Enumerable.Range(0, config.LayersPerBlock).Select(_ => new Transformer2DModel(
            config.BlockOutChannels[level], config.AttentionHeadDim[level], config)).ToArray());
        downsamplers = DownBlock2D.Downsamplers(level, config);
        RegisterComponents();
    }

    public override Tensor[] forward(Tensor x, UNetConditioning conditioning)
    {
        using var scope = NewDisposeScope();
        var outputs = new List<Tensor>();
        foreach (var (resnet, attention) in resnets.Zip(attentions))
            outputs.Add(x = attention.call(resnet.call(x, conditioning.TimeEmbedding), conditioning));
        if (downsamplers is not null) outputs.Add(downsamplers[0].call(x));
        return [.. outputs.Select(o => o.MoveToOuterDisposeScope())];
    }
}

/// <summary>Residual block, transformer, residual block at the coarsest level; [B, C, T, F].</summary>
internal sealed class UNetMidBlock2DCrossAttn : Module<Tensor, UNetConditioning, Tensor>
{
    private readonly ModuleList<Transformer2DModel> attentions;
    private readonly ModuleList<ResnetBlock2D> resnets;

    public UNetMidBlock2DCrossAttn(UNet2DConditionConfig config) : base(nameof(UNetMidBlock2DCrossAttn))
    {
        var channels = config.BlockOutChannels[^1];
        attentions = ModuleList(new Transformer2DModel(channels, config.AttentionHeadDim[^1], config));
        resnets = ModuleList(new ResnetBlock2D(channels, channels, config), new ResnetBlock2D(channels, channels, config));
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, UNetConditioning conditioning)
    {
        using var scope = NewDisposeScope();
        var h = resnets[0].call(x, conditioning.TimeEmbedding);
        h = attentions[0].call(h, conditioning);
        return resnets[1].call(h, conditioning.TimeEmbedding).MoveToOuterDisposeScope();
    }
}

/// <summary>Residual blocks, each joined with an output of the way down, and, unless finest, an enlargement.</summary>
internal sealed class UpBlock2D : Module<Tensor, Stack<Tensor>, UNetConditioning, Tensor>
{
    private readonly ModuleList<ResnetBlock2D> resnets;
    private readonly ModuleList<Upsample2D>? upsamplers;

    public UpBlock2D(int level, UNet2DConditionConfig config) : base(nameof(UpBlock2D))
    {
        resnets = Resnets(level, config);
        upsamplers = level == 0 ? null : ModuleList(new Upsample2D(config.BlockOutChannels[level]));
        RegisterComponents();
    }

    /// <remarks>Takes its skip connections from the stack; the next one left there tells the size to enlarge to.</remarks>
    public override Tensor forward(Tensor x, Stack<Tensor> skips, UNetConditioning conditioning)
    {
        using var scope = NewDisposeScope();
        foreach (var resnet in resnets) x = resnet.call(cat([x, skips.Pop()], dim: 1), conditioning.TimeEmbedding);
        if (upsamplers is not null) x = upsamplers[0].call(x, skips.Peek().shape[2..]);
        return x.MoveToOuterDisposeScope();
    }

    /// <summary>The residual blocks of the way up at a level: one more than on the way down, each with a skip.</summary>
    internal static ModuleList<ResnetBlock2D> Resnets(int level, UNet2DConditionConfig config)
    {
        var all = config.BlockOutChannels;
        var channels = all[level];
        var below = all[Math.Min(level + 1, all.Count - 1)]; // what comes up from the coarser level
        var last = all[Math.Max(level - 1, 0)];              // the last skip is the finer level's downsampled output
        return ModuleList(Enumerable.Range(0, config.LayersPerBlock + 1).Select(i => new ResnetBlock2D(
            (i == 0 ? below : channels) + (i == config.LayersPerBlock ? last : channels), channels, config)).ToArray());
    }
}

/// <summary>As <see cref="UpBlock2D"/>, with a transformer after each residual block.</summary>
internal sealed class CrossAttnUpBlock2D : Module<Tensor, Stack<Tensor>, UNetConditioning, Tensor>
{
    private readonly ModuleList<Transformer2DModel> attentions;
    private readonly ModuleList<ResnetBlock2D> resnets;
    private readonly ModuleList<Upsample2D>? upsamplers;

    public CrossAttnUpBlock2D(int level, UNet2DConditionConfig config) : base(nameof(CrossAttnUpBlock2D))
    {
        var channels = config.BlockOutChannels[level];
        resnets = UpBlock2D.Resnets(level, config);
        attentions = ModuleList(Enumerable.Range(0, config.LayersPerBlock + 1)
            .Select(_ => new Transformer2DModel(channels, config.AttentionHeadDim[level], config)).ToArray());
        upsamplers = level == 0 ? null : ModuleList(new Upsample2D(channels));
        RegisterComponents();
    }

    /// <remarks>Takes its skip connections from the stack; the next one left there tells the size to enlarge to.</remarks>
    public override Tensor forward(Tensor x, Stack<Tensor> skips, UNetConditioning conditioning)
    {
        using var scope = NewDisposeScope();
        foreach (var (resnet, attention) in resnets.Zip(attentions))
        {
            x = resnet.call(cat([x, skips.Pop()], dim: 1), conditioning.TimeEmbedding);
            x = attention.call(x, conditioning);
        }
        if (upsamplers is not null) x = upsamplers[0].call(x, skips.Peek().shape[2..]);
        return x.MoveToOuterDisposeScope();
    }
}
