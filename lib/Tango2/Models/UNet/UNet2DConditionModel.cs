// Keys and numerics of diffusers' UNet2DConditionModel (v0.18.2), written from its architecture. Left out: class
// labels, extra embeddings, LoRA and the other kinds of block. Ours: UNet2DConditionConfig.SinusoidalPositions.
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
        conv_in = Conv2d(config.InChannels, channels[0], kernel_size: 3, padding: 1);
        time_embedding = new(channels[0], config.TimeEmbedDim);
        down_blocks = ModuleList(levels.Select(level => Down(level, config)).ToArray());
        mid_block = new(config);
        up_blocks = ModuleList(levels.Reverse().Select(level => Up(level, config)).ToArray());
        conv_norm_out = Layers.GroupNorm(config.NormNumGroups, channels[0], config.NormEps);
        conv_out = Conv2d(channels[0], config.OutChannels, kernel_size: 3, padding: 1);
        RegisterComponents();
    }

    /// <summary>The settings it was built with.</summary>
    public UNet2DConditionConfig Config { get; }

    /// <summary>The prediction for noisy latents.</summary>
    /// <param name="noisyLatents">[B, C, T, F]; any T and F.</param>
    /// <param name="timesteps">[B], or a scalar for all; in [0, 1000).</param>
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
