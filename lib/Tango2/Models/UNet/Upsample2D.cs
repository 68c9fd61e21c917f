// Keys and numerics of diffusers' Upsample2D (v0.18.2), written from its architecture.
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace Tango2.Models;

/// <summary>Nearest neighbours and a convolution; [B, C, T, F] and a size [T', F'] to [B, C, T', F'].</summary>
public sealed class Upsample2D : Module<Tensor, long[], Tensor>
{
    private readonly Conv2d conv;

    /// <summary>Builds the layer with random weights.</summary>
    public Upsample2D(int channels) : base(nameof(Upsample2D))
    {
        conv = Conv2d(channels, channels, kernel_size: 3, padding: 1);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x, long[] size)
    {
        using var scope = NewDisposeScope();
        return conv.call(functional.interpolate(x, size, mode: InterpolationMode.Nearest)).MoveToOuterDisposeScope();
    }
}
