namespace Tango2.Metrics;

/// <summary>A sound that a caption names, as it should be and as it was detected.</summary>
/// <param name="Label">Such as "Dog".</param>
/// <param name="Reference">When it should be heard; at least one region, in the caption's order.</param>
/// <param name="Detected">When it was; empty if never.</param>
public sealed record TemporalEvent(
    string Label, IReadOnlyList<EventRegion> Reference, IReadOnlyList<EventRegion> Detected);
