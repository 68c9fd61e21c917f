// Keys and numerics of diffusers' DownBlock2D (v0.18.2), written from its architecture.
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace Tango2.Models;

/// <summary>Residual blocks and, unless last, a halving; gives each one's output, the last being the block's.</summary>
public sealed class DownBlock2D : Module<Tensor, UNetConditioning, Tensor[]>
{
    private readonly ModuleList<ResnetBlock2D> resnets;
    private readonly ModuleList<Downsample2D>? downsamplers;

    /// <summary>Builds level <paramref name="level"/> with random weights.</summary>
    public DownBlock2D(int level, UNet2DConditionConfig config) : base(nameof(DownBlock2D))
    {
        var channels = config.BlockOutChannels[level];
        var before = config.BlockOutChannels[Math.Max(level - 1, 0)];
        resnets = ModuleList(Enumerable.Range(0, config.LayersPerBlock)
            .Select(i => new ResnetBlock2D(i == 0 ? before : channels, channels, config)).ToArray());
        downsamplers = level == config.BlockOutChannels.Count - 1 ? null : ModuleList(new Downsample2D(channels));
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor[] forward(Tensor x, UNetConditioning conditioning)
    {
        using var scope = NewDisposeScope();
        var outputs = new List<Tensor>();
        foreach (var resnet in resnets) outputs.Add(x = resnet.call(x, conditioning.TimeEmbedding));
        if (downsamplers is not null) outputs.Add(downsamplers[0].call(x));
        return [.. outputs.Select(o => o.MoveToOuterDisposeScope())];
    }
}
