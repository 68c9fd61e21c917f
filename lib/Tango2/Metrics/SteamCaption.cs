using Tango2.Tensors;

namespace Tango2.Metrics;

/// <summary>One generated clip: for each sound its caption names, when it should be and when it was heard.</summary>
/// <param name="Id">Of the caption.</param>
/// <param name="Events">One per sound; other sounds are never looked for.</param>
public sealed record TemporalCaption(string Id, IReadOnlyList<TemporalEvent> Events);

/// <summary>A sound that a caption names, as it should be and as it was detected.</summary>
/// <param name="Label">Such as "Dog".</param>
/// <param name="Reference">When it should be heard; at least one region, in the caption's order.</param>
/// <param name="Detected">When it was; empty if never.</param>
public sealed record TemporalEvent(
    string Label, IReadOnlyList<EventRegion> Reference, IReadOnlyList<EventRegion> Detected);

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

/// <summary>Refuses regions that are no stretch of time, before a measure counts with them.</summary>
internal static class Regions
{
    /// <summary>Checks all regions of some captions, wanted and detected.</summary>
    /// <exception cref="ArgumentException">A region is wrong; the message names caption, sound and times.</exception>
    public static void Check(IReadOnlyList<TemporalCaption> captions)
    {
        foreach (var caption in captions) Check(caption);
    }

    /// <summary>Checks all regions of one caption.</summary>
    /// <inheritdoc cref="Check(IReadOnlyList{TemporalCaption})"/>
    public static void Check(TemporalCaption caption)
    {
        foreach (var sound in caption.Events) Check(sound, $"sound '{sound.Label}' of caption '{caption.Id}'");
    }

    /// <summary>Checks all regions of one sound.</summary>
    /// <param name="sound">The sound.</param>
    /// <param name="name">What the error calls it.</param>
    /// <exception cref="ArgumentException">A region is wrong; the message names the sound and the times.</exception>
    public static void Check(TemporalEvent sound, string name)
    {
        foreach (var region in sound.Reference) Check(region, name, "wanted");
        foreach (var region in sound.Detected) Check(region, name, "detected");
    }

    private static void Check(EventRegion region, string name, string kind)
    {
        var (onset, offset) = region;
        if (onset >= 0 && offset >= onset && double.IsFinite(offset)) return;
        throw new ArgumentException($"A {kind} region of {name} must start at 0 s or later and not end before that, "
            + $"but is {Finite.Show(onset)} s to {Finite.Show(offset)} s.");
    }
}

/// <summary>The reference side of a temporal event, which must not be empty.</summary>
internal static class Wanted
{
    public static EventRegion First(TemporalCaption caption, TemporalEvent sound) =>
        sound.Reference.Count > 0 ? sound.Reference[0] : throw Missing(caption, sound);

    public static EventRegion Span(TemporalCaption caption, TemporalEvent sound) =>
        EventRegion.Span(sound.Reference) ?? throw Missing(caption, sound);

    private static ArgumentException Missing(TemporalCaption caption, TemporalEvent sound) =>
        new($"Sound '{sound.Label}' of caption '{caption.Id}' must have a reference region, but has none.");
}
