namespace Tango2.Pipelines;

/// <summary>What pipelines do with whole networks.</summary>
internal static class Networks
{
    /// <summary>A network as pipelines use it: evaluating, without gradients, and kept by no dispose scope.</summary>
    /// <remarks>Parameters that are no layer's, and statistics, belong to the scope that they were made in.</remarks>
    public static T Frozen<T>(this T network) where T : nn.Module
    {
        network.eval();
        foreach (var parameter in network.parameters()) parameter.requires_grad = false;
        foreach (var tensor in network.parameters().Concat(network.buffers())) tensor.DetachFromDisposeScope();
        return network;
    }

    /// <summary>The type of a denoiser's weights.</summary>
    public static ScalarType OfDenoiser(this Precision precision) => precision switch
    {
        Precision.BFloat16 => bfloat16,
        Precision.Float16 => float16,
        _ => float32,
    };

    /// <summary>The type of a text encoder's weights: T5 was trained in bfloat16, and overflows in float16.</summary>
    public static ScalarType OfTextEncoder(this Precision precision) => precision == Precision.BFloat16 ? bfloat16 : float32;

    /// <summary>Builds a network whose weights are of a type from the start, so that memory never holds them in a larger one.</summary>
    /// <remarks>It is torch's own default that is another meanwhile: no other thread may make tensors.</remarks>
    public static T Built<T>(ScalarType type, Func<T> build) where T : nn.Module
    {
        var before = get_default_dtype();
        set_default_dtype(type);
        try
        {
            return build();
        }
        finally
        {
            set_default_dtype(before);
        }
    }

    /// <summary>Moves a network to a device and a type, in place; one that trains goes on doing so.</summary>
    public static T Moved<T>(this T network, Device device, ScalarType precision) where T : nn.Module
    {
        using var noGrad = no_grad();
        var trained = network.parameters().Select(p => p.requires_grad).ToArray();
        network.to(precision).to(device);
        foreach (var (parameter, requires) in network.parameters().Zip(trained)) parameter.requires_grad = requires;
        foreach (var tensor in network.parameters().Concat(network.buffers())) tensor.DetachFromDisposeScope();
        return network;
    }
}
