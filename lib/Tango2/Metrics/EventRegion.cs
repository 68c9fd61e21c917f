namespace Tango2.Metrics;

/// <summary>A stretch in which a sound is heard.</summary>
/// <remarks>The temporal measures refuse times that are negative, not finite, or end before they start.</remarks>
/// <param name="Onset">Start, seconds from the clip's.</param>
/// <param name="Offset">End, seconds; not before the onset.</param>
public readonly record struct EventRegion(double Onset, double Offset)
{
    /// <summary>Seconds from onset to offset.</summary>
    public double Seconds => Offset - Onset;

    /// <summary>From the earliest onset to the latest offset; null when there are no regions.</summary>
    public static EventRegion? Span(IReadOnlyCollection<EventRegion> regions) =>
        regions.Count == 0 ? null : new(regions.Min(r => r.Onset), regions.Max(r => r.Offset));
}
