namespace Tango2.Models;

/// <summary>Sizes of a detector of known sound classes in time.</summary>
public sealed record EventDetectorConfig
{
    /// <summary>The audio encoder.</summary>
    public GroundingAudioConfig Audio { get; init; } = GroundingAudioConfig.Mini;

    /// <summary>Sound classes K.</summary>
    public required int Classes { get; init; }
}
