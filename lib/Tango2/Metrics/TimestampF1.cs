// Segment-based F1 as sed_eval defines it (Mesaros et al., 2016), micro-averaged.
namespace Tango2.Metrics;

/// <summary>STEAM's TIME: 2·TP / (detected + wanted) over one-second segments; in [0, 1], higher is better.</summary>
/// <remarks>
/// A sound is active in every segment that it touches: from ⌊onset⌋ to ⌈offset⌉ − 1. Segments are summed over all
/// sounds and captions before the division.
/// </remarks>
public static class TimestampF1
{
    /// <summary>F1 over all captions, kept by caption as 2·TP over detected + wanted segments.</summary>
    public static Score Of(IReadOnlyList<TemporalCaption> captions) => new(
        [.. captions.Select(caption => 2.0 * caption.Events.Sum(Hits))],
        [.. captions.Select(caption => (double)caption.Events.Sum(Segments))]);

    private static int Hits(TemporalEvent sound) => Active(sound.Reference).Intersect(Active(sound.Detected)).Count();

    private static int Segments(TemporalEvent sound) => Active(sound.Reference).Count + Active(sound.Detected).Count;

    private static HashSet<int> Active(IReadOnlyList<EventRegion> regions) =>
        [.. regions.SelectMany(r => Enumerable.Range(
            (int)Math.Floor(r.Onset), Math.Max(0, (int)(Math.Ceiling(r.Offset) - Math.Floor(r.Onset)))))];
}
