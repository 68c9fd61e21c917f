namespace Tango2.Foley;

/// <summary>The ordered pairs of events that only the test split has.</summary>
public static class HeldOutPairs
{
    // Two steps round the ring of events: each event is first in two held-out pairs and second in two, and since
    // the steps and their complements differ, the reverse of a held-out pair is always in training.
    private const int Near = 5, Far = 11;

    /// <summary>Whether "<paramref name="first"/>, then <paramref name="second"/>" is kept for the test.</summary>
    public static bool Contains(SoundEvent first, SoundEvent second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        var step = (second.Index - first.Index + SoundEvents.All.Count) % SoundEvents.All.Count;
        return step is Near or Far;
    }

    /// <summary>All held-out pairs: 36 of the 306 ordered pairs.</summary>
    public static IEnumerable<(SoundEvent First, SoundEvent Second)> All =>
        from first in SoundEvents.All
        from second in SoundEvents.All
        where Contains(first, second)
        select (first, second);

    /// <summary>Whether a scene of these events may be in <paramref name="split"/>.</summary>
    internal static bool Allow(FoleySplit split, SceneStructure structure, IReadOnlyList<SoundEvent> events) =>
        structure == SceneStructure.Single || (split == FoleySplit.Test) == AnyIn(structure, events);

    private static bool AnyIn(SceneStructure structure, IReadOnlyList<SoundEvent> events)
    {
        for (var i = 0; i < events.Count; i++)
        {
            for (var j = i + 1; j < events.Count; j++)
            {
                var unordered = structure == SceneStructure.While
                    || (structure == SceneStructure.Background && i == 0);
                if (Contains(events[i], events[j]) || (unordered && Contains(events[j], events[i])))
                {
                    return true;
                }
            }
        }
        return false;
    }
}
