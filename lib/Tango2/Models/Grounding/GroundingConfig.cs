namespace Tango2.Models;

/// <summary>Sizes of a network that finds a described sound in time.</summary>
public sealed record GroundingConfig
{
    /// <summary>The audio encoder.</summary>
    public required GroundingAudioConfig Audio { get; init; }

    /// <summary>Number of words.</summary>
    public required int VocabSize { get; init; }

    /// <summary>Width of a word's embedding, which is that of the audio features: twice the recurrent width.</summary>
    public required int EmbedDim { get; init; }

    /// <summary>STEAM's grounding tool: 32 kHz, 5,221 words.</summary>
    public static GroundingConfig Steam { get; } =
        new() { Audio = GroundingAudioConfig.Steam, VocabSize = 5221, EmbedDim = 512 };

    internal void Validate()
    {
        Audio.Validate();
        if (EmbedDim != 2 * Audio.GruWidth)
            throw new ArgumentException(
                $"EmbedDim must be {2 * Audio.GruWidth}, twice Audio.GruWidth, but is {EmbedDim}.");
    }
}

/// <summary>Sizes of the audio encoder that follows sounds over time.</summary>
public sealed record GroundingAudioConfig
{
    /// <summary>Mel bands F of the input.</summary>
    public required int Mels { get; init; }

    /// <summary>Channels of each convolution block.</summary>
    public required IReadOnlyList<int> Widths { get; init; }

    /// <summary>How many frames each block pools into one.</summary>
    public IReadOnlyList<int> TimePools { get; init; } = [2, 2, 1, 1];

    /// <summary>Width of the linear layer before the recurrent one.</summary>
    public required int LinearWidth { get; init; }

    /// <summary>Width of the recurrent layer in each direction; features have twice as many.</summary>
    public required int GruWidth { get; init; }

    /// <summary>Dropout after each block, in training.</summary>
    public double BlockDropout { get; init; } = 0.2;

    /// <summary>Dropout before the linear layer, in training.</summary>
    public double HeadDropout { get; init; } = 0.5;

    /// <summary>The encoder of STEAM's grounding tool: 40 ms per output frame.</summary>
    public static GroundingAudioConfig Steam { get; } =
        new() { Mels = 64, Widths = [64, 128, 256, 512], LinearWidth = 512, GruWidth = 256 };

    /// <summary>Input frames per output frame.</summary>
    public int FramesPerStep => TimePools.Aggregate(1, (product, pool) => product * pool);

    internal void Validate()
    {
        if (Widths.Count == 0 || Widths.Count != TimePools.Count)
            throw new ArgumentException(
                $"Widths and TimePools must be equally long, but have {Widths.Count} and {TimePools.Count} entries.");
        if (Mels < 1 << Widths.Count)
            throw new ArgumentException(
                $"Mels must be at least {1 << Widths.Count} for {Widths.Count} blocks, but is {Mels}.");
    }
}
