using TorchSharp.Modules;

namespace Tango2.Models;

/// <summary>x / √(mean(x²) + ε) · weight over the last dimension: no mean is taken off, and there is no bias.</summary>
public sealed class T5LayerNorm : nn.Module<Tensor, Tensor>
{
    private readonly Parameter weight;
    private readonly double eps;

    /// <summary>Builds the norm with weight one.</summary>
    public T5LayerNorm(long width, double eps, Device? device = null) : base(nameof(T5LayerNorm))
    {
        weight = new Parameter(ones(width, device: device));
        this.eps = eps;
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var meanSquare = x.to(float32).square().mean([-1], keepdim: true); // [B, S, 1]
        return ((x * rsqrt(meanSquare + eps)).to(weight.dtype) * weight).MoveToOuterDisposeScope();
    }
}
