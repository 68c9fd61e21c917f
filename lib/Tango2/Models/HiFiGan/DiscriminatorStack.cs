using TorchSharp.Modules;
using static TorchSharp.torch.nn.functional;

namespace Tango2.Models;

/// <summary>Convolutions with leaky rectifiers between them; every output is kept, the last has one channel.</summary>
internal sealed class DiscriminatorStack : nn.Module<Tensor, IReadOnlyList<Tensor>>
{
    private readonly ModuleList<WeightNormConv> convs;
    private readonly WeightNormConv conv_post;

    private DiscriminatorStack(IEnumerable<WeightNormConv> layers, WeightNormConv last)
        : base(nameof(DiscriminatorStack))
    {
        convs = [.. layers];
        conv_post = last;
        RegisterComponents();
    }

    /// <summary>For waveforms [B, 1, N].</summary>
    public static DiscriminatorStack OverSamples(IReadOnlyList<DiscriminatorLayer> layers) => new(
        layers.Select((l, i) => WeightNormConv.Conv1d(
            Channels(layers, i), l.Channels, l.Kernel, true, l.Stride, l.Kernel / 2, groups: l.Groups)),
        WeightNormConv.Conv1d(layers[^1].Channels, 1, kernel: 3, true, padding: 1));

    /// <summary>For folded waveforms [B, 1, N/P, P].</summary>
    public static DiscriminatorStack OverPeriods(IReadOnlyList<DiscriminatorLayer> layers) => new(
        layers.Select((l, i) => WeightNormConv.ColumnConv2d(Channels(layers, i), l.Channels, l.Kernel, true, l.Stride)),
        WeightNormConv.ColumnConv2d(layers[^1].Channels, 1, kernel: 3, true));

    public override IReadOnlyList<Tensor> forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var features = new List<Tensor>();
        foreach (var conv in convs) features.Add(leaky_relu(conv.call(features.LastOrDefault() ?? x), 0.1));
        features.Add(conv_post.call(features[^1]));
        return [.. features.Select(f => f.MoveToOuterDisposeScope())];
    }

    private static int Channels(IReadOnlyList<DiscriminatorLayer> layers, int i) => i == 0 ? 1 : layers[i - 1].Channels;
}
