using Tango2.Tensors;

namespace Tango2.Metrics;

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
