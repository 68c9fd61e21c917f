namespace Tango2.Models;

/// <summary>Sizes of the HTSAT audio transformer: a Swin transformer on a spectrogram folded into a square image.</summary>
public sealed record HtsatConfig
{
    /// <summary>Side of the square image, in pixels; the image holds SpecSize / MelBins chunks of time, stacked.</summary>
    public required int SpecSize { get; init; }

    /// <summary>Side of a patch, in pixels.</summary>
    public int PatchSize { get; init; } = 4;

    /// <summary>Distance between patches, in pixels.</summary>
    public int PatchStride { get; init; } = 4;

    /// <summary>Width of the first stage; each further stage has twice the width of the one before.</summary>
    public required int EmbedDim { get; init; }

    /// <summary>Blocks in each stage.</summary>
    public required IReadOnlyList<int> Depths { get; init; }

    /// <summary>Attention heads in each stage.</summary>
    public required IReadOnlyList<int> NumHeads { get; init; }

    /// <summary>Side of an attention window, in tokens.</summary>
    public int WindowSize { get; init; } = 8;

    /// <summary>Width of the hidden layer of a block's MLP over the block's width.</summary>
    public double MlpRatio { get; init; } = 4;

    /// <summary>Classes of the sound event head, which embeddings do not use.</summary>
    public int NumClasses { get; init; } = 527;

    /// <summary>Whether a learned absolute position embedding is added to the patches.</summary>
    public bool Ape { get; init; }

    /// <summary>Side of the image in patches.</summary>
    internal int Grid => SpecSize / PatchStride;

    /// <summary>Width of the last stage, and so of the embedding.</summary>
    internal int NumFeatures => EmbedDim << (Depths.Count - 1);
}
