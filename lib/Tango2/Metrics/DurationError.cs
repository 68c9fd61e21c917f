namespace Tango2.Metrics;

/// <summary>STEAM's DUR: |wanted − heard| seconds per sound; lower is better.</summary>
/// <remarks>
/// AudioTime (arXiv 2407.02857), duration. Heard is the span from first onset to last offset, not the active time
/// within it; a sound never heard costs all of its wanted seconds, so silence can score better than a long sound.
/// </remarks>
public static class DurationError
{
    /// <summary>The mean error over all sounds of all captions, kept by caption.</summary>
    /// <exception cref="ArgumentException">A region is no stretch of time; the message names it.</exception>
    public static Score Of(IReadOnlyList<TemporalCaption> captions) => new(
        [.. captions.Select(caption => caption.Events.Sum(sound => Error(caption, sound)))],
        [.. captions.Select(caption => (double)caption.Events.Count)]);

    /// <summary>One sound's error, seconds.</summary>
    /// <exception cref="ArgumentException">A region is no stretch of time; the message names it.</exception>
    public static double Error(TemporalCaption caption, TemporalEvent sound)
    {
        Regions.Check(sound, $"sound '{sound.Label}' of caption '{caption.Id}'");
        return Math.Abs(Wanted.Span(caption, sound).Seconds - (EventRegion.Span(sound.Detected)?.Seconds ?? 0));
    }
}
