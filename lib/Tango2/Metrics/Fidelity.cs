namespace Tango2.Metrics;

/// <summary>The share of captions whose sounds are all heard, and start one after another where that is asked; in [0, 1].</summary>
/// <remarks>Not one of STEAM's measures: it is what a listener asks for first, of any number of sounds.</remarks>
internal static class Fidelity
{
    /// <summary>The share, caption by caption.</summary>
    /// <param name="captions">One for each clip, sounds in the caption's order.</param>
    /// <param name="inSequence">Whether caption i asks for its sounds one after another.</param>
    /// <exception cref="ArgumentException">There is not one answer for each caption, or a region is no stretch of time.</exception>
    public static Score Of(IReadOnlyList<TemporalCaption> captions, IReadOnlyList<bool> inSequence)
    {
        if (captions.Count != inSequence.Count)
            throw new ArgumentException($"There must be one answer for each of {captions.Count} captions, but there are {inSequence.Count}.");
        Regions.Check(captions);
        return Score.Mean([.. captions.Zip(inSequence, (caption, ordered) => Holds(caption, ordered) ? 1.0 : 0.0)]);
    }

    /// <summary>Whether all sounds start, each after the one before.</summary>
    /// <param name="onsets">Seconds, in the caption's order; NaN for a sound that is not heard.</param>
    public static bool InOrder(IReadOnlyList<double> onsets) =>
        onsets.All(double.IsFinite) && onsets.Zip(onsets.Skip(1)).All(pair => pair.First < pair.Second);

    private static bool Holds(TemporalCaption caption, bool ordered)
    {
        double[] onsets = [.. caption.Events.Select(sound => EventRegion.Span(sound.Detected)?.Onset ?? double.NaN)];
        return ordered ? InOrder(onsets) : onsets.All(double.IsFinite);
    }
}
