namespace Tango2.Models;

/// <summary>Sizes of a PANNs Cnn14, generalised over the number of its blocks.</summary>
public sealed record Cnn14Config
{
    /// <summary>Channels of each block.</summary>
    public required IReadOnlyList<int> Widths { get; init; }

    /// <summary>Width D of the embedding; null takes the last block's channels, as the published network does.</summary>
    public int? EmbedDim { get; init; }

    /// <summary>Sound classes K.</summary>
    public required int Classes { get; init; }

    /// <summary>Mel bands F of the input.</summary>
    public int Mels { get; init; } = 64;

    /// <summary>Dropout after each block, in training.</summary>
    public double BlockDropout { get; init; } = 0.2;

    /// <summary>Dropout before and after fc1, in training.</summary>
    public double HeadDropout { get; init; } = 0.5;

    /// <summary>The published Cnn14 for 16 kHz: 527 AudioSet classes, embeddings of 2048.</summary>
    public static Cnn14Config Panns16k { get; } = new() { Widths = [64, 128, 256, 512, 1024, 2048], Classes = 527 };

    /// <summary>The fewest frames T of which something is left after the pooling.</summary>
    public int MinFrames => 1 << (Widths.Count - 1);

    internal void Validate()
    {
        if (Widths.Count == 0) throw new ArgumentException("Widths must name at least one block, but is empty.");
        if (Mels < MinFrames)
            throw new ArgumentException($"Mels must be at least {MinFrames} for {Widths.Count} blocks, but is {Mels}.");
    }
}
