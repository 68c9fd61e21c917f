// Keys and numerics of diffusers' Downsample2D (v0.18.2), written from its architecture.
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace Tango2.Models;

/// <summary>A convolution of stride 2; [B, C, T, F] to [B, C, ⌈T/2⌉, ⌈F/2⌉].</summary>
public sealed class Downsample2D : Module<Tensor, Tensor>
{
    private readonly Conv2d conv;

    /// <summary>Builds the layer with random weights.</summary>
    public Downsample2D(int channels) : base(nameof(Downsample2D))
    {
        conv = Conv2d(channels, channels, kernel_size: 3, stride: 2, padding: 1);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x) => conv.call(x);
}
