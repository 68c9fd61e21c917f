namespace Tango2.Mini.Foley;

/// <summary>The pairs of events that are heard together in the test split alone, in whichever order.</summary>
internal static class HeldOutPairs
{
    // A step round the ring of events, forwards or back: each event is in two held-out pairs.
    private const int Step = 5;

    /// <summary>Whether scenes of these two events, in either order or at once, are kept for the test.</summary>
    public static bool Contains(SoundEvent first, SoundEvent second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        var apart = Math.Abs(second.Index - first.Index);
        return apart == Step || apart == SoundEvents.All.Count - Step;
    }

    /// <summary>All held-out pairs: 18 of 153.</summary>
    public static IEnumerable<(SoundEvent First, SoundEvent Second)> All =>
        from first in SoundEvents.All
        from second in SoundEvents.All
        where first.Index < second.Index && Contains(first, second)
        select (first, second);

    /// <summary>Whether a scene of these events may be in <paramref name="split"/>.</summary>
    internal static bool Allow(FoleySplit split, IReadOnlyList<SoundEvent> events) =>
        events.Count == 1 || (split == FoleySplit.Test) == events.Any(a => events.Any(b => Contains(a, b)));
}
