namespace Tango2.Tensors;

/// <summary>The convolutions of all networks: libtorch's, with channels filled up where <see cref="Convolutions"/> asks for it, and of transposed ones always.</summary>
/// <remarks>Channels of zeros change no value and no gradient. What is filled up is cut off again.</remarks>
internal static class Convolve
{
    // Up to so many input channels oneDNN takes another way in single precision, which needs no filling.
    private const int FewChannels = 3;

    /// <summary>[B, C, N] and [C', C / groups, K] to [B, C', N'].</summary>
    public static Tensor Conv1d(
        Tensor x, Tensor weight, Tensor? bias = null, long stride = 1, long padding = 0, long dilation = 1, long groups = 1) =>
        Grouped(x, weight, bias, groups, (part, w, b, g) => nn.functional.conv1d(part, w, b, stride, padding, dilation, g));

    /// <summary>[B, C, H, W] and [C', C, K, K'] to [B, C', H', W'].</summary>
    public static Tensor Conv2d(
        Tensor x, Tensor weight, Tensor? bias = null, (long, long)? stride = null, (long, long)? padding = null)
    {
        var ((down, across), (above, beside)) = (stride ?? (1, 1), padding ?? (0, 0));
        return Filled(x, weight, bias, (part, w, b) =>
            nn.functional.conv2d(part, w, b, strides: [down, across], padding: [above, beside]));
    }

    /// <summary>[B, C, N] and [C, C', K] to [B, C', (N − 1)·stride + K − 2·padding].</summary>
    public static Tensor ConvTranspose1d(Tensor x, Tensor weight, Tensor? bias = null, long stride = 1, long padding = 0) =>
        Filled(x, weight, bias, (part, w, b) => nn.functional.conv_transpose1d(part, w, b, stride, padding), transposed: true);

    private static Tensor Grouped(
        Tensor x, Tensor weight, Tensor? bias, long groups, Func<Tensor, Tensor, Tensor?, long, Tensor> convolve)
    {
        if (groups == 1) return Filled(x, weight, bias, (part, w, b) => convolve(part, w, b, 1));
        if (!Fills(x, Convolutions.Block)) return convolve(x, weight, bias, groups);
        using var scope = NewDisposeScope();
        var (parts, weights, biases) = (x.chunk(groups, 1), weight.chunk(groups), bias?.chunk(groups));
        return cat([.. parts.Select((part, i) => Filled(part, weights[i], biases?[i], (p, w, b) => convolve(p, w, b, 1)))], 1)
            .MoveToOuterDisposeScope();
    }

    private static Tensor Filled(
        Tensor x, Tensor weight, Tensor? bias, Func<Tensor, Tensor, Tensor?, Tensor> convolve, bool transposed = false)
    {
        var (inputs, outputs) = transposed ? (0, 1) : (1, 0);
        var channels = weight.shape[outputs];
        var few = weight.shape[inputs] <= FewChannels && !transposed && x.dtype == float32;
        // Transposed ones to 7 channels went wrong on a machine that the trial at the start finds no fault with: whether it shows depends
        // on what the memory held before. Those of the vocoders have whole blocks, so that always filling up costs nothing.
        var block = transposed ? Convolutions.WholeBlock : Convolutions.Block;
        var (missing, more) = Fills(x, block) ? (few ? 0 : Missing(weight.shape[inputs], block), Missing(channels, block)) : (0, 0);
        if (missing == 0 && more == 0) return convolve(x, weight, bias);
        using var scope = NewDisposeScope();
        var all = convolve(
            Widened(x, 1, missing), Widened(Widened(weight, inputs, missing), outputs, more), bias is null ? null : Widened(bias, 0, more));
        return all.narrow(1, 0, channels).MoveToOuterDisposeScope();
    }

    private static bool Fills(Tensor x, int block) => block > 1 && x.device_type == DeviceType.CPU && x.dtype != float64;

    private static long Missing(long channels, int block) => (block - channels % block) % block;

    private static Tensor Widened(Tensor tensor, int dimension, long more)
    {
        if (more == 0) return tensor;
        var shape = tensor.shape;
        shape[dimension] = more;
        return cat([tensor, zeros(shape, tensor.dtype, tensor.device)], dimension);
    }
}
