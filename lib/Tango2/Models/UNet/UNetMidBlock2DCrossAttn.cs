// Keys and numerics of diffusers' UNetMidBlock2DCrossAttn (v0.18.2), written from its architecture.
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace Tango2.Models;

/// <summary>Residual block, transformer, residual block at the coarsest level; [B, C, T, F].</summary>
public sealed class UNetMidBlock2DCrossAttn : Module<Tensor, UNetConditioning, Tensor>
{
    private readonly ModuleList<Transformer2DModel> attentions;
    private readonly ModuleList<ResnetBlock2D> resnets;

    /// <summary>Builds the block with random weights.</summary>
    public UNetMidBlock2DCrossAttn(UNet2DConditionConfig config) : base(nameof(UNetMidBlock2DCrossAttn))
    {
        var channels = config.BlockOutChannels[^1];
        attentions = ModuleList(new Transformer2DModel(channels, config.AttentionHeadDim[^1], config));
        resnets = ModuleList(new ResnetBlock2D(channels, channels, config), new ResnetBlock2D(channels, channels, config));
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x, UNetConditioning conditioning)
    {
        using var scope = NewDisposeScope();
        var h = resnets[0].call(x, conditioning.TimeEmbedding);
        h = attentions[0].call(h, conditioning);
        return resnets[1].call(h, conditioning.TimeEmbedding).MoveToOuterDisposeScope();
    }
}
