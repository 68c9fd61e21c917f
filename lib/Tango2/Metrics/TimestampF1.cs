// Segment-based F1 as sed_eval defines it (Mesaros et al., 2016), micro-averaged.
namespace Tango2.Metrics;

/// <summary>STEAM's TIME: 2·TP / (detected + wanted) over one-second segments; in [0, 1], higher is better.</summary>
/// <remarks>
/// A sound is active in every segment that it touches: from ⌊onset⌋ to ⌈offset⌉ − 1. Segments are summed over all
/// sounds and captions before the division. They are counted by their runs, so a long region costs no more than a short one.
/// </remarks>
public static class TimestampF1
{
    /// <summary>F1 over all captions, kept by caption as 2·TP over detected + wanted segments.</summary>
    /// <exception cref="ArgumentException">A region is no stretch of time; the message names it.</exception>
    public static Score Of(IReadOnlyList<TemporalCaption> captions)
    {
        Regions.Check(captions);
        return new(
            [.. captions.Select(caption => 2.0 * caption.Events.Sum(Hits))],
            [.. captions.Select(caption => caption.Events.Sum(Segments))]);
    }

    private static double Segments(TemporalEvent sound) => Count(sound.Reference) + Count(sound.Detected);

    // |A ∩ B| = |A| + |B| − |A ∪ B|
    private static double Hits(TemporalEvent sound) =>
        Segments(sound) - Count([.. sound.Reference, .. sound.Detected]);

    /// <summary>Segments that at least one region touches.</summary>
    private static double Count(IReadOnlyList<EventRegion> regions)
    {
        var (count, end) = (0.0, 0.0);
        foreach (var region in regions.OrderBy(r => r.Onset))
        {
            var (from, to) = (Math.Max(end, Math.Floor(region.Onset)), Math.Ceiling(region.Offset));
            if (to <= from) continue;
            count += to - from;
            end = to;
        }
        return count;
    }
}
