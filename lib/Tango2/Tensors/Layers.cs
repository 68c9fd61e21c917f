using TorchSharp.Modules;

namespace Tango2.Tensors;

/// <summary>Layers whose TorchSharp factories need mending, under the factories' own names; layouts.</summary>
internal static class Layers
{
    /// <summary>Group normalisation with weight one and bias zero: TorchSharp 0.107 leaves both uninitialised.</summary>
    public static GroupNorm GroupNorm(long groups, long channels, double eps = 1e-5)
    {
        var norm = nn.GroupNorm(groups, channels, eps);
        nn.init.ones_(norm.weight);
        nn.init.zeros_(norm.bias);
        return norm;
    }

    /// <summary>
    /// The same [B, C, H, W] with a pixel's channels side by side in memory. What follows keeps that layout. On a CPU the
    /// autoencoder's convolutions are faster in it; the mini U-Net's are not.
    /// </summary>
    public static Tensor ChannelsLast(Tensor x) => x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
}
