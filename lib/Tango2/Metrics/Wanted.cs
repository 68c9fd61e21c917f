namespace Tango2.Metrics;

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
