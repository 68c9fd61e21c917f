namespace Tango2.Mini.Foley;

/// <summary>Draws what happens in a scene and places it in time.</summary>
internal static class ScenePlan
{
    private const double Margin = 0.04, Gap = 0.09, StrokeGap = 0.08, LongestStrokeGap = 0.2;
    private static readonly SoundEvent[] Behind = [.. SoundEvents.All.Where(sound => sound.CanBeBackground)];
    private static readonly SoundEvent[] Before = [.. SoundEvents.All.Where(sound => !sound.CanBeBackground)];

    public static Scene Draw(Random random, SceneMix mix, FoleySplit? split, long seed)
    {
        var (structure, count) = mix.Draw(random);
        SoundEvent[] events;
        do
        {
            events = DrawEvents(random, structure, count);
        }
        while ((split is { } part && !HeldOutPairs.Allow(part, events)) || !Fit(structure, events, mix.Seconds));
        return new Scene(structure, Place(random, structure, events, mix.Seconds), mix.Seconds, seed);
    }

    // Whether the shortest strokes of a sequence fit between the margins; of five events not all do.
    private static bool Fit(SceneStructure structure, SoundEvent[] events, double seconds) =>
        structure != SceneStructure.Sequence
        || events.Sum(sound => sound.Shortest) + (Gap * (events.Length - 1)) + (2 * Margin) <= seconds;

    private static SoundEvent[] DrawEvents(Random random, SceneStructure structure, int count)
    {
        var events = new SoundEvent[count];
        for (var i = 0; i < count;)
        {
            var from = structure != SceneStructure.Background ? SoundEvents.All : i == 0 ? Behind : Before;
            var drawn = from[random.Next(from.Count)];
            if (!events.AsSpan(0, i).Contains(drawn))
            {
                events[i++] = drawn;
            }
        }
        return events;
    }

    private static PlacedEvent[] Place(Random random, SceneStructure structure, SoundEvent[] events, double seconds)
    {
        var scale = Math.Min(1, seconds / SceneMix.Default.Seconds);
        switch (structure)
        {
            case SceneStructure.While:
                return Overlap(random, events, seconds, scale);
            case SceneStructure.Background:
                var over = events.Length == 2 ? (0.5, 1.3) : (0.4, 0.9);
                var front = InOrder(random, events.AsSpan(1), seconds, over, scale);
                return [new(events[0], [new(0, seconds)], random.Between(0.14, 0.26)), .. front];
            default:
                var lengths = events.Length switch
                {
                    1 => (0.5, 2.2),
                    2 => (0.35, 1.2),
                    3 => (0.3, 0.65),
                    4 => (0.25, 0.48),
                    _ => (0.2, 0.36),
                };
                return InOrder(random, events, seconds, lengths, scale);
        }
    }

    private static PlacedEvent[] InOrder(
        Random random, ReadOnlySpan<SoundEvent> events, double seconds, (double Low, double High) lengths, double scale)
    {
        var strokes = new Repetition[events.Length][];
        var slack = seconds - (2 * Margin) - (Gap * (events.Length - 1));
        var slots = Slots(random, events, slack, lengths, scale);
        for (var i = 0; i < events.Length; i++)
        {
            strokes[i] = Strokes(random, events[i], slots[i], many: false);
            slack -= strokes[i][^1].Offset;
        }
        var shares = new double[events.Length + 1];
        for (var i = 0; i < shares.Length; i++)
        {
            shares[i] = random.NextDouble();
        }
        var total = shares.Sum();
        var placed = new PlacedEvent[events.Length];
        var time = Margin;
        for (var i = 0; i < events.Length; i++)
        {
            time += slack * shares[i] / total;
            placed[i] = new(events[i], At(strokes[i], time), random.Between(0.55, 1));
            time += strokes[i][^1].Offset + Gap;
        }
        return placed;
    }

    // Seconds for each event; where they would not fit together, what each has above its shortest stroke shrinks.
    private static double[] Slots(
        Random random, ReadOnlySpan<SoundEvent> events, double room, (double Low, double High) lengths, double scale)
    {
        var slots = new double[events.Length];
        var least = 0.0;
        for (var i = 0; i < slots.Length; i++)
        {
            slots[i] = Math.Max(events[i].Shortest, scale * random.Between(lengths.Low, lengths.High));
            least += events[i].Shortest;
        }
        var share = Math.Min(1, (room - least) / Math.Max(1e-9, slots.Sum() - least));
        for (var i = 0; i < slots.Length; i++)
        {
            slots[i] = events[i].Shortest + (share * (slots[i] - events[i].Shortest));
        }
        return slots;
    }

    private static PlacedEvent[] Overlap(Random random, SoundEvent[] events, double seconds, double scale)
    {
        var strokes = events
            .Select(sound => Strokes(random, sound, scale * random.Between(0.8, 1.7), many: true)).ToArray();
        var longer = strokes[0][^1].Offset >= strokes[1][^1].Offset ? 0 : 1;
        double length = strokes[longer][^1].Offset, other = strokes[1 - longer][^1].Offset;
        var times = new double[2];
        times[longer] = random.Between(Margin, seconds - Margin - length);
        // At least 0.7 of the shorter is covered by the longer.
        times[1 - longer] = random.Between(
            Math.Max(Margin, times[longer] - (0.3 * other)),
            Math.Min(seconds - Margin - other, times[longer] + length - (0.7 * other)));
        return [.. events
            .Select((sound, i) => new PlacedEvent(sound, At(strokes[i], times[i]), random.Between(0.6, 1)))
            .OrderBy(placed => placed.Onset)];
    }

    // Strokes from time 0 on that fill at most `slot` seconds, or the event's shortest stroke if that is longer.
    private static Repetition[] Strokes(Random random, SoundEvent sound, double slot, bool many)
    {
        slot = Math.Max(slot, sound.Shortest);
        if (sound.Kind == EventKind.Continuous)
        {
            return [new(0, slot)];
        }
        var most = Math.Clamp((int)((slot + StrokeGap) / (sound.Shortest + StrokeGap)), 1, sound.MaxCount);
        var count = many ? most : random.Next(1, most + 1);
        var room = (slot - ((count - 1) * StrokeGap)) / count;
        var longest = Math.Max(sound.Shortest, Math.Min(sound.Longest, room));
        var length = random.Between(many ? (sound.Shortest + longest) / 2 : sound.Shortest, longest);
        var spare = count == 1 ? 0 : (slot - (count * length)) / (count - 1);
        var gap = random.Between(StrokeGap, Math.Clamp(spare, StrokeGap, LongestStrokeGap));
        var strokes = new Repetition[count];
        for (var i = 0; i < count; i++)
        {
            strokes[i] = new(i * (length + gap), (i * (length + gap)) + length);
        }
        return strokes;
    }

    private static Repetition[] At(Repetition[] strokes, double time) =>
        Array.ConvertAll(strokes, stroke => new Repetition(stroke.Onset + time, stroke.Offset + time));
}

/// <summary>How often each structure is drawn; weights need not sum to one.</summary>
/// <param name="Single">One event.</param>
/// <param name="Pair">A sequence of two events.</param>
/// <param name="While">Two events that overlap.</param>
/// <param name="Background">One or two events over a continuous background.</param>
/// <param name="Longer">A sequence of three events, of four (three in ten) or of five (one in five).</param>
public sealed record SceneMix(
    double Single = 0.20, double Pair = 0.40, double While = 0.15, double Background = 0.10, double Longer = 0.15)
{
    /// <summary>The mix of the shipped corpus.</summary>
    public static SceneMix Default { get; } = new();

    /// <summary>Only single events: for teaching and testing the sounds themselves.</summary>
    public static SceneMix Singles { get; } = new(1, 0, 0, 0, 0);

    /// <summary>Only sequences: for questions of order.</summary>
    public static SceneMix Sequences { get; } = new(0, 0.7, 0, 0, 0.3);

    /// <summary>Only sequences of two events: what OER is defined for.</summary>
    public static SceneMix Pairs { get; } = new(0, 1, 0, 0, 0);

    /// <summary>Only what is hard: overlaps, and sequences of three and more events.</summary>
    public static SceneMix Hard { get; } = new(0, 0, 0.3, 0.2, 0.5);

    /// <summary>Length of a clip in seconds, at least 2.</summary>
    public double Seconds { get; init; } = 2.56;

    internal (SceneStructure Structure, int Events) Draw(Random random)
    {
        Check();
        var x = random.NextDouble() * (Single + Pair + While + Background + Longer);
        var (more, longer) = (random.Next(2), random.NextDouble());
        if ((x -= Single) < 0)
        {
            return (SceneStructure.Single, 1);
        }
        if ((x -= Pair) < 0)
        {
            return (SceneStructure.Sequence, 2);
        }
        if ((x -= While) < 0)
        {
            return (SceneStructure.While, 2);
        }
        return x - Background < 0 && Background > 0 ? (SceneStructure.Background, 2 + more)
            : Longer > 0 ? (SceneStructure.Sequence, longer < 0.5 ? 3 : longer < 0.8 ? 4 : 5)
            : Last();
    }

    // Rounding may leave the draw past the last weight: take the last structure that has one.
    private (SceneStructure Structure, int Events) Last() =>
        Background > 0 ? (SceneStructure.Background, 2)
        : While > 0 ? (SceneStructure.While, 2)
        : Pair > 0 ? (SceneStructure.Sequence, 2)
        : (SceneStructure.Single, 1);

    private void Check()
    {
        double[] weights = [Single, Pair, While, Background, Longer];
        if (weights.Any(weight => !(weight >= 0)) || !(weights.Sum() > 0))
        {
            throw new ArgumentException(
                $"A scene mix needs weights of at least 0 and one above, but has [{string.Join(", ", weights)}].");
        }
        if (!(Seconds >= 2))
        {
            throw new ArgumentException($"A clip must be at least 2 seconds long to hold five events, not {Seconds}.");
        }
    }
}

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
