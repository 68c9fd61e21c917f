namespace Tango2.Metrics;

/// <summary>STEAM's FREQ: |wanted − heard| occurrences per sound; lower is better.</summary>
/// <remarks>AudioTime (arXiv 2407.02857), frequency. Occurrences are regions, after close ones were merged.</remarks>
public static class FrequencyError
{
    /// <summary>The mean error over all sounds of all captions, kept by caption.</summary>
    public static Score Of(IReadOnlyList<TemporalCaption> captions) => new(
        [.. captions.Select(caption => (double)caption.Events.Sum(Error))],
        [.. captions.Select(caption => (double)caption.Events.Count)]);

    /// <summary>One sound's error, occurrences.</summary>
    public static int Error(TemporalEvent sound) => Math.Abs(sound.Reference.Count - sound.Detected.Count);
}
