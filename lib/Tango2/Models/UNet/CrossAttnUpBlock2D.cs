// Keys and numerics of diffusers' CrossAttnUpBlock2D (v0.18.2), written from its architecture.
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace Tango2.Models;

/// <summary>As <see cref="UpBlock2D"/>, with a transformer after each residual block.</summary>
public sealed class CrossAttnUpBlock2D : Module<Tensor, Stack<Tensor>, UNetConditioning, Tensor>
{
    private readonly ModuleList<Transformer2DModel> attentions;
    private readonly ModuleList<ResnetBlock2D> resnets;
    private readonly ModuleList<Upsample2D>? upsamplers;

    /// <summary>Builds level <paramref name="level"/> (0 is the finest) with random weights.</summary>
    public CrossAttnUpBlock2D(int level, UNet2DConditionConfig config) : base(nameof(CrossAttnUpBlock2D))
    {
        var channels = config.BlockOutChannels[level];
        resnets = UpBlock2D.Resnets(level, config);
        attentions = ModuleList(Enumerable.Range(0, config.LayersPerBlock + 1)
            .Select(_ => new Transformer2DModel(channels, config.AttentionHeadDim[level], config)).ToArray());
        upsamplers = level == 0 ? null : ModuleList(new Upsample2D(channels));
        RegisterComponents();
    }

    /// <inheritdoc/>
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
