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

    /// <summary>The small network. Choose the number of words with <c>with</c>.</summary>
    public static GroundingConfig Mini { get; } =
        new() { Audio = GroundingAudioConfig.Mini, VocabSize = 512, EmbedDim = 64 };

    internal void Validate()
    {
        Audio.Validate();
        if (EmbedDim != 2 * Audio.GruWidth)
            throw new ArgumentException(
                $"EmbedDim must be {2 * Audio.GruWidth}, twice Audio.GruWidth, but is {EmbedDim}.");
    }
}
