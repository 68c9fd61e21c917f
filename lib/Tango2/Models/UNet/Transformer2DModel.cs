// Keys and numerics of diffusers' Transformer2DModel (v0.18.2) with linear projections, written from its architecture.
// Ours: the optional code of positions, see UNet2DConditionConfig.SinusoidalPositions.
using Tango2.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace Tango2.Models;

/// <summary>Attention among the places of a feature map and from them to the text, added to it; [B, C, T, F].</summary>
public sealed class Transformer2DModel : Module<Tensor, UNetConditioning, Tensor>
{
    private readonly GroupNorm norm;
    private readonly Linear proj_in, proj_out;
    private readonly ModuleList<BasicTransformerBlock> transformer_blocks;
    private readonly bool _positions;

    /// <summary>Builds the transformer with random weights.</summary>
    public Transformer2DModel(int channels, int heads, UNet2DConditionConfig config) : base(nameof(Transformer2DModel))
    {
        _positions = config.SinusoidalPositions;
        norm = Layers.GroupNorm(config.NormNumGroups, channels, eps: 1e-6);
        proj_in = Linear(channels, channels);
        transformer_blocks = ModuleList(new BasicTransformerBlock(channels, config.CrossAttentionDim, heads));
        proj_out = Linear(channels, channels);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x, UNetConditioning conditioning)
    {
        using var scope = NewDisposeScope();
        var (channels, time, frequency) = (x.shape[1], x.shape[2], x.shape[3]);
        var h = proj_in.call(norm.call(x).flatten(2).transpose(1, 2));                         // [B, T·F, C]
        if (_positions) h = h + SinusoidalPositionCode.Tokens(channels, time, frequency, h);
        foreach (var block in transformer_blocks) h = block.call(h, conditioning);
        // A view; and with x first, the sum takes x's memory layout, which the convolutions after it like.
        h = proj_out.call(h).transpose(1, 2).unflatten(2, [time, frequency]);                  // [B, C, T, F]
        return (x + h).MoveToOuterDisposeScope();
    }
}
