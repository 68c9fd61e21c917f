using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace Tango2.Models;

/// <summary>Cuts an image [B, 1, side, side] into patches: [B, S, D], row by row.</summary>
public sealed class PatchEmbed : Module<Tensor, Tensor>
{
    private readonly Conv2d proj;
    private readonly LayerNorm norm;

    /// <summary>Builds the layer with random weights.</summary>
    public PatchEmbed(HtsatConfig config) : base(nameof(PatchEmbed))
    {
        proj = Conv2d(1, config.EmbedDim, kernel_size: config.PatchSize, stride: config.PatchStride,
            padding: (config.PatchSize - config.PatchStride) / 2);
        norm = LayerNorm(config.EmbedDim);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        return norm.call(proj.call(x).flatten(2).transpose(1, 2)).MoveToOuterDisposeScope();
    }
}
