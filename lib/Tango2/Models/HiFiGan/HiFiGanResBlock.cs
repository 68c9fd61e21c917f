using TorchSharp.Modules;
using static TorchSharp.torch.nn.functional;

namespace Tango2.Models;

/// <summary>Pairs of a dilated and a plain convolution, each pair added to its input; [B, C, N] to the same.</summary>
internal sealed class HiFiGanResBlock : nn.Module<Tensor, Tensor>
{
    private readonly ModuleList<WeightNormConv> convs1, convs2;

    public HiFiGanResBlock(int channels, int kernel, IReadOnlyList<int> dilations, bool weightNorm)
        : base(nameof(HiFiGanResBlock))
    {
        WeightNormConv Conv(int dilation) => WeightNormConv.Conv1d(
            channels, channels, kernel, weightNorm, padding: (kernel - 1) * dilation / 2, dilation: dilation);
        convs1 = [.. dilations.Select(Conv)];
        convs2 = [.. dilations.Select(_ => Conv(1))];
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var h = x;
        foreach (var (first, second) in convs1.Zip(convs2))
            h = h + second.call(leaky_relu(first.call(leaky_relu(h, 0.1)), 0.1));
        return h.MoveToOuterDisposeScope();
    }
}
