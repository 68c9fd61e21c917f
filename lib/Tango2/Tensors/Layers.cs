using TorchSharp.Modules;

namespace Tango2.Tensors;

/// <summary>Layers whose TorchSharp factories need mending, under the factories' own names.</summary>
public static class Layers
{
    /// <summary>Group normalisation with weight one and bias zero: TorchSharp 0.107 leaves both uninitialised.</summary>
    public static GroupNorm GroupNorm(long groups, long channels, double eps = 1e-5)
    {
        var norm = nn.GroupNorm(groups, channels, eps);
        nn.init.ones_(norm.weight);
        nn.init.zeros_(norm.bias);
        return norm;
    }
}
