using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace Tango2.Models;

/// <summary>The blocks of one resolution and, except in the last stage, the step to half of it.</summary>
public sealed class SwinStage : Module<Tensor, Tensor>
{
    private readonly ModuleList<SwinBlock> blocks;
    private readonly PatchMerging? downsample;

    /// <summary>Builds stage <paramref name="index"/> with random weights.</summary>
    public SwinStage(int index, HtsatConfig config) : base(nameof(SwinStage))
    {
        var (width, side, heads) = (config.EmbedDim << index, config.Grid >> index, config.NumHeads[index]);
        blocks = new([.. Enumerable.Range(0, config.Depths[index])
            .Select(i => new SwinBlock(width, side, heads, shifted: i % 2 == 1, config))]);
        downsample = index < config.Depths.Count - 1 ? new(width, side) : null;
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        foreach (var block in blocks) x = block.call(x);
        return (downsample?.call(x) ?? x).MoveToOuterDisposeScope();
    }
}
