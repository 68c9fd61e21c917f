namespace Tango2.Models;

/// <summary>Sizes of VGGish.</summary>
internal sealed record VggishConfig
{
    /// <summary>Channels of the six convolutions; each of the first two and each pair after them is followed by pooling.</summary>
    public required IReadOnlyList<int> Widths { get; init; }

    /// <summary>Widths of the linear layers after them; the last is the embedding's, D.</summary>
    public required IReadOnlyList<int> Linear { get; init; }

    /// <summary>Frames T of an example.</summary>
    public int Frames { get; init; } = 96;

    /// <summary>Mel bins F of an example.</summary>
    public int Mels { get; init; } = 64;

    /// <summary>The published network: embeddings of 128 for 0.96 seconds at 16 kHz.</summary>
    public static VggishConfig Published { get; } = new()
    {
        Widths = [64, 128, 256, 256, 512, 512],
        Linear = [4096, 4096, 128],
    };

    /// <summary>What the convolutions leave of an example, flattened.</summary>
    internal int Flattened => Widths[^1] * (Frames / 16) * (Mels / 16);

    internal void Validate()
    {
        if (Widths.Count != 6) throw new ArgumentException($"Widths must name six convolutions, but names {Widths.Count}.");
        if (Linear.Count == 0) throw new ArgumentException("Linear must name at least one layer, but is empty.");
        if (Frames < 16 || Mels < 16)
            throw new ArgumentException($"An example must have at least 16 frames and bins, but has {Frames} and {Mels}.");
    }
}
