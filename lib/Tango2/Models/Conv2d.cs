using Tango2.Tensors;
using TorchSharp.Modules;

namespace Tango2.Models;

/// <summary>A convolution of images, with the keys and the initial weights of PyTorch's <c>nn.Conv2d</c>.</summary>
/// <remarks>TorchSharp's own module leaves no way to <see cref="Convolve"/>, which is right on every machine.</remarks>
internal sealed class Conv2d : nn.Module<Tensor, Tensor>
{
    private readonly Parameter weight;
    private readonly Parameter? bias;
    private readonly (long, long) _stride, _padding;

    /// <summary>A convolution; [B, C, H, W] to [B, C', H', W'].</summary>
    /// <param name="channels">C.</param>
    /// <param name="outChannels">C'.</param>
    /// <param name="kernel">Height and width of the kernel.</param>
    /// <param name="stride">Steps of the kernel, down and across; (1, 1) by default.</param>
    /// <param name="padding">Zeros on each side, above and beside; (0, 0) by default.</param>
    /// <param name="hasBias">Whether each output channel has a number of its own added.</param>
    public Conv2d(
        long channels, long outChannels, (long, long) kernel, (long, long)? stride = null, (long, long)? padding = null,
        bool hasBias = true) : base(nameof(Conv2d))
    {
        (_stride, _padding) = (stride ?? (1, 1), padding ?? (0, 0));
        using var scope = NewDisposeScope();
        var bound = 1 / Math.Sqrt(channels * kernel.Item1 * kernel.Item2);
        weight = Drawn([outChannels, channels, kernel.Item1, kernel.Item2], bound);
        bias = hasBias ? Drawn([outChannels], bound) : null;
        RegisterComponents();
    }

    /// <summary>A convolution with a square kernel, and the same stride and padding both ways.</summary>
    public Conv2d(long channels, long outChannels, long kernel, long stride = 1, long padding = 0, bool hasBias = true)
        : this(channels, outChannels, (kernel, kernel), (stride, stride), (padding, padding), hasBias)
    {
    }

    /// <summary>[C', C, K, K'].</summary>
    public Parameter Weight => weight;

    public override Tensor forward(Tensor x) => Convolve.Conv2d(x, weight, bias, _stride, _padding);

    private static Parameter Drawn(long[] shape, double bound)
    {
        var parameter = new Parameter(nn.init.uniform_(zeros(shape, device: CPU), -bound, bound));
        parameter.DetachFromDisposeScope();
        return parameter;
    }
}
