// Keys and numerics of diffusers' CrossAttnDownBlock2D (v0.18.2), written from its architecture.
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace Tango2.Models;

/// <summary>As <see cref="DownBlock2D"/>, with a transformer after each residual block.</summary>
public sealed class CrossAttnDownBlock2D : Module<Tensor, UNetConditioning, Tensor[]>
{
    private readonly ModuleList<Transformer2DModel> attentions;
    private readonly ModuleList<ResnetBlock2D> resnets;
    private readonly ModuleList<Downsample2D>? downsamplers;

    /// <summary>Builds level <paramref name="level"/> with random weights.</summary>
    public CrossAttnDownBlock2D(int level, UNet2DConditionConfig config) : base(nameof(CrossAttnDownBlock2D))
    {
        var channels = config.BlockOutChannels[level];
        var before = config.BlockOutChannels[Math.Max(level - 1, 0)];
        var layers = Enumerable.Range(0, config.LayersPerBlock).ToArray();
        resnets = ModuleList(layers
            .Select(i => new ResnetBlock2D(i == 0 ? before : channels, channels, config)).ToArray());
        attentions = ModuleList(layers
            .Select(_ => new Transformer2DModel(channels, config.AttentionHeadDim[level], config)).ToArray());
        downsamplers = level == config.BlockOutChannels.Count - 1 ? null : ModuleList(new Downsample2D(channels));
        RegisterComponents();
    }

    /// <inheritdoc/>
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
