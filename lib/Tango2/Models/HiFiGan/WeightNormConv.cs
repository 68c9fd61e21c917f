using Tango2.Tensors;
using TorchSharp.Modules;

namespace Tango2.Models;

/// <summary>A convolution whose weight is g·v/‖v‖, with one length g for each index of the first axis.</summary>
/// <remarks>
/// Salimans and Kingma, Weight Normalization (2016). Keys <c>weight_g</c> and <c>weight_v</c>; or <c>weight</c> alone
/// when built without, or after <see cref="RemoveWeightNorm"/>. Files of PyTorch 2.1 and later name them
/// <c>parametrizations.weight.original0</c> and <c>original1</c>, which loading knows.
/// </remarks>
internal sealed class WeightNormConv : nn.Module<Tensor, Tensor>
{
    private readonly Parameter bias;
    private readonly Func<Tensor, Tensor, Tensor, Tensor> _convolve;
    private Parameter? weight, weight_g, weight_v;

    private WeightNormConv(
        long[] shape, int outChannels, bool weightNorm, Func<Tensor, Tensor, Tensor, Tensor> convolve)
        : base(nameof(WeightNormConv))
    {
        _convolve = convolve;
        using var scope = NewDisposeScope();
        var bound = 1 / Math.Sqrt(shape[1..].Aggregate(1L, (product, size) => product * size));
        bias = Kept(nn.init.uniform_(zeros(outChannels, device: CPU), -bound, bound));
        var initial = nn.init.uniform_(zeros(shape, device: CPU), -bound, bound);
        weight_g = weightNorm ? Kept(WeightNorm.Length(initial)) : null; // before weight_v, which takes the tensor over
        weight_v = weightNorm ? Kept(initial) : null;
        weight = weightNorm ? null : Kept(initial);
        RegisterComponents();
    }

    /// <summary>[B, C, N] to [B, C', N'].</summary>
    public static WeightNormConv Conv1d(
        int channels, int outChannels, int kernel, bool weightNorm,
        int stride = 1, int padding = 0, int dilation = 1, int groups = 1) =>
        new([outChannels, channels / groups, kernel], outChannels, weightNorm,
            (x, weight, bias) => Convolve.Conv1d(x, weight, bias, stride, padding, dilation, groups));

    /// <summary>[B, C, N] to [B, C', (N − 1)·stride + kernel − 2·padding].</summary>
    public static WeightNormConv ConvTranspose1d(
        int channels, int outChannels, int kernel, bool weightNorm, int stride, int padding) =>
        new([channels, outChannels, kernel], outChannels, weightNorm,
            (x, weight, bias) => Convolve.ConvTranspose1d(x, weight, bias, stride, padding));

    /// <summary>[B, C, T, P] to [B, C', T', P]: each of the P columns on its own.</summary>
    public static WeightNormConv ColumnConv2d(
        int channels, int outChannels, int kernel, bool weightNorm, int stride = 1) =>
        new([outChannels, channels, kernel, 1], outChannels, weightNorm,
            (x, weight, bias) => Convolve.Conv2d(x, weight, bias, (stride, 1), (kernel / 2, 0)));

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        return _convolve(x, weight is null ? Product() : weight, bias).MoveToOuterDisposeScope();
    }

    /// <summary>Replaces length and direction by their product, for use after training. Safe to call twice.</summary>
    public void RemoveWeightNorm()
    {
        if (weight_v is null) return;
        using var scope = NewDisposeScope();
        using (no_grad()) weight = Kept(Product());
        ConditionallyRegisterParameter(nameof(weight_g), null);
        ConditionallyRegisterParameter(nameof(weight_v), null);
        register_parameter(nameof(weight), weight);
        weight_g!.Dispose();
        weight_v.Dispose();
        (weight_g, weight_v) = (null, null);
    }

    private static Parameter Kept(Tensor value)
    {
        var parameter = new Parameter(value);
        parameter.DetachFromDisposeScope();
        return parameter;
    }

    private Tensor Product() => WeightNorm.Product(weight_g!, weight_v!);
}
