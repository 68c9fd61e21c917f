namespace Tango2.Metrics;

/// <summary>One generated clip: for each sound its caption names, when it should be and when it was heard.</summary>
/// <param name="Id">Of the caption.</param>
/// <param name="Events">One per sound; other sounds are never looked for.</param>
public sealed record TemporalCaption(string Id, IReadOnlyList<TemporalEvent> Events);
