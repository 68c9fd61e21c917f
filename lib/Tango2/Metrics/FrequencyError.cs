namespace Tango2.Metrics;

/// <summary>STEAM's FREQ: |wanted − heard| occurrences per sound; lower is better.</summary>
/// <remarks>AudioTime (arXiv 2407.02857), frequency. Occurrences are regions, after close ones were merged.</remarks>
public static class FrequencyError
{
    /// <summary>The mean error over all sounds of all captions, kept by caption.</summary>
    /// <exception cref="ArgumentException">A region is no stretch of time; the message names it.</exception>
    public static Score Of(IReadOnlyList<TemporalCaption> captions)
    {
        Regions.Check(captions);
        return new(
            [.. captions.Select(caption => (double)caption.Events.Sum(Error))],
            [.. captions.Select(caption => (double)caption.Events.Count)]);
    }

    /// <summary>One sound's error, occurrences.</summary>
    /// <exception cref="ArgumentException">A region is no stretch of time; the message names it.</exception>
    public static int Error(TemporalEvent sound)
    {
        Regions.Check(sound, $"sound '{sound.Label}'");
        return Math.Abs(sound.Reference.Count - sound.Detected.Count);
    }
}
