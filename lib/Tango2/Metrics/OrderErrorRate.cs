namespace Tango2.Metrics;

/// <summary>STEAM's OER: the share of captions whose two sounds are not heard one after the other; in [0, 1], lower is better.</summary>
/// <remarks>AudioTime (arXiv 2407.02857), ordering. A sound's several regions count as one, from first onset to last offset.</remarks>
public static class OrderErrorRate
{
    /// <summary>The rate over captions of two sounds each.</summary>
    public static Score Of(IReadOnlyList<TemporalCaption> captions) =>
        Score.Mean([.. captions.Select(caption => Error(caption) == OrderError.None ? 0.0 : 1.0)]);

    /// <summary>What is wrong with one caption's order, if anything.</summary>
    /// <exception cref="ArgumentException">There are not two sounds, or a region is wrong; the message names the caption.</exception>
    public static OrderError Error(TemporalCaption caption)
    {
        if (caption.Events.Count != 2)
            throw new ArgumentException(
                $"An ordering caption names two sounds, but '{caption.Id}' names {caption.Events.Count}.");
        Regions.Check(caption);
        var order = caption.Events.OrderBy(e => Wanted.First(caption, e).Onset).ToArray();
        if (EventRegion.Span(order[0].Detected) is not { } former || EventRegion.Span(order[1].Detected) is not { } later)
            return OrderError.NotDetected;
        if (former.Onset >= later.Onset) return OrderError.WrongOrder;
        var overlap = former.Offset - later.Onset;
        return overlap >= 0.5 * Math.Min(former.Seconds, later.Seconds) ? OrderError.Overlap : OrderError.None;
    }
}

/// <summary>Why the order of two sounds is wrong.</summary>
public enum OrderError
{
    /// <summary>It is right.</summary>
    None,

    /// <summary>One of the two was never heard.</summary>
    NotDetected,

    /// <summary>The sound that should be first does not start before the other.</summary>
    WrongOrder,

    /// <summary>They overlap by half of the shorter or more.</summary>
    Overlap,
}
