// Keys and numerics of diffusers' UpBlock2D (v0.18.2), written from its architecture.
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace Tango2.Models;

/// <summary>Residual blocks, each joined with an output of the way down, and, unless finest, an enlargement.</summary>
public sealed class UpBlock2D : Module<Tensor, Stack<Tensor>, UNetConditioning, Tensor>
{
    private readonly ModuleList<ResnetBlock2D> resnets;
    private readonly ModuleList<Upsample2D>? upsamplers;

    /// <summary>Builds level <paramref name="level"/> (0 is the finest) with random weights.</summary>
    public UpBlock2D(int level, UNet2DConditionConfig config) : base(nameof(UpBlock2D))
    {
        resnets = Resnets(level, config);
        upsamplers = level == 0 ? null : ModuleList(new Upsample2D(config.BlockOutChannels[level]));
        RegisterComponents();
    }

    /// <inheritdoc/>
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
