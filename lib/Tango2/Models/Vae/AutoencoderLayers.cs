namespace Tango2.Models;

/// <summary>Geometry of the autoencoder's encoder and decoder, named as in AudioLDM's <c>ddconfig</c>.</summary>
public sealed record AutoencoderLayers
{
    /// <summary>Whether the encoder gives a mean and a log-variance; always true here.</summary>
    public bool DoubleZ { get; init; } = true;

    /// <summary>Channels between the decoder and its latents.</summary>
    public required int ZChannels { get; init; }

    /// <summary>The input size that <see cref="AttnResolutions"/> refer to; any other size works too.</summary>
    public int Resolution { get; init; } = 256;

    /// <summary>Bookkeeping of the reference; always false.</summary>
    public bool DownsampleTime { get; init; }

    /// <summary>Channels of the input.</summary>
    public int InChannels { get; init; } = 1;

    /// <summary>Channels of the output.</summary>
    public int OutCh { get; init; } = 1;

    /// <summary>Channels at full resolution.</summary>
    public required int Ch { get; init; }

    /// <summary>Channel multiplier of each level; each level after the first halves time and frequency.</summary>
    public required IReadOnlyList<int> ChMult { get; init; }

    /// <summary>Residual blocks of an encoder level; a decoder level has one more.</summary>
    public required int NumResBlocks { get; init; }

    /// <summary>Resolutions with attention outside the middle: <see cref="Resolution"/>, its half and so on, one for each level.</summary>
    public IReadOnlyList<int> AttnResolutions { get; init; } = [];

    /// <summary>Dropout inside residual blocks; always 0 here.</summary>
    public double Dropout { get; init; }

    /// <summary>Groups of the normalisations, 32 in the reference; at most the number of channels is used.</summary>
    public int NormNumGroups { get; init; } = 32;

    /// <summary>Whether a level has attention after each of its residual blocks.</summary>
    internal bool Attends(int level) => AttnResolutions.Contains(Resolution >> level);

    /// <summary>Channels of each level.</summary>
    internal int[] LevelChannels() => [.. ChMult.Select(m => Ch * m)];
}
