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

    /// <summary>The normalisation of [B, C, H, W] in the layout of <see cref="ChannelsLast"/>, as exact as in the other one.</summary>
    /// <remarks>
    /// In that layout libtorch takes a group's variance as E[x²] − E[x]², in single precision: where a spectrogram is nearly
    /// constant, as in silence, nothing of it is left. Here the mean is taken off first.
    /// </remarks>
    public static Tensor Centred(this GroupNorm norm, Tensor x)
    {
        using var scope = NewDisposeScope();
        var (batch, channels, each) = (x.shape[0], x.shape[1], x.shape[1] / norm.num_groups);
        Tensor OfGroups(Tensor ofChannels) => ofChannels.unflatten(1, [norm.num_groups, each]).mean([2], keepdim: true)
            .expand(-1, -1, each).reshape(batch, channels, 1, 1);                             // [B, C] to [B, C, 1, 1]
        var centred = x - OfGroups(x.mean([2, 3]));
        var scale = (OfGroups(centred.square().mean([2, 3])) + norm.eps).rsqrt() * norm.weight!.reshape(1, -1, 1, 1);
        return (centred * scale + norm.bias!.reshape(1, -1, 1, 1)).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The same [B, C, H, W] with a pixel's channels side by side in memory. What follows keeps that layout. On a CPU the
    /// autoencoder's convolutions are faster in it; the mini U-Net's are not.
    /// </summary>
    public static Tensor ChannelsLast(Tensor x) => x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
}
