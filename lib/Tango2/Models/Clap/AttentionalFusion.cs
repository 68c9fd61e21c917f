// Keys and numerics of LAION-CLAP's AFF in its two-dimensional form (clap_module/feature_fusion.py at 1fd4c37), after
// "Attentional Feature Fusion" (Dai et al., 2021), written from its architecture.
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace Tango2.Models;

/// <summary>2·w·x + 2·(1 − w)·y, with a weight w in (0, 1) for every value that x + y decides; [B, C, T, F] twice to once.</summary>
public sealed class AttentionalFusion : Module<Tensor, Tensor, Tensor>
{
    private const int Reduction = 4;
    private readonly Sequential local_att, global_att;

    /// <summary>Builds the layers with random weights.</summary>
    /// <param name="channels">C.</param>
    public AttentionalFusion(int channels) : base(nameof(AttentionalFusion))
    {
        local_att = Sequential(Bottleneck(channels));
        global_att = Sequential(Bottleneck(channels).Prepend(AdaptiveAvgPool2d(1)).ToArray());
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x, Tensor y)
    {
        using var scope = NewDisposeScope();
        var sum = x + y;
        // The statistics of one row cannot be learned; the reference shows the normalisations that row twice.
        var seen = training && sum.shape[0] == 1 ? cat([sum, sum]) : sum;
        var weight = (local_att.call(seen) + global_att.call(seen)).sigmoid()[..(int)sum.shape[0]];
        return (2 * x * weight + 2 * y * (1 - weight)).MoveToOuterDisposeScope();
    }

    private static Module<Tensor, Tensor>[] Bottleneck(int channels) =>
    [
        Conv2d(channels, channels / Reduction, kernel_size: 1), BatchNorm2d(channels / Reduction), ReLU(),
        Conv2d(channels / Reduction, channels, kernel_size: 1), BatchNorm2d(channels),
    ];
}
