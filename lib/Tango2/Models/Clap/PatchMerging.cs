// Keys and numerics of the patch merging in LAION-CLAP's HTSAT, written from its architecture.
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace Tango2.Models;

/// <summary>Joins each 2 × 2 tokens into one of twice the width; [B, side·side, D] to [B, side·side/4, 2D].</summary>
public sealed class PatchMerging : Module<Tensor, Tensor>
{
    private readonly Linear reduction;
    private readonly LayerNorm norm;
    private readonly int _side;

    /// <summary>Builds the layer with random weights.</summary>
    public PatchMerging(int width, int side) : base(nameof(PatchMerging))
    {
        _side = side;
        reduction = Linear(4 * width, 2 * width, hasBias: false);
        norm = LayerNorm(4 * width);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var (batch, width, half) = (x.shape[0], x.shape[2], _side / 2);
        // The four tokens are taken down first, then right: column is the slower of the two.
        var joined = x.view(batch, half, 2, half, 2, width).permute(0, 1, 3, 4, 2, 5).reshape(batch, half * half, 4 * width);
        return reduction.call(norm.call(joined)).MoveToOuterDisposeScope();
    }
}
