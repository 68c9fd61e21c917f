namespace Tango2.Mini.Foley;

/// <summary>What happens in a clip, and exactly when.</summary>
/// <param name="Structure">How the events lie in time.</param>
/// <param name="Events">
/// The events in order of onset; of a background scene the background first. Of an overlap the order means nothing.
/// </param>
/// <param name="Seconds">Length of the clip.</param>
/// <param name="Seed">Decides the voices and the room when the scene is rendered.</param>
public sealed record Scene(SceneStructure Structure, IReadOnlyList<PlacedEvent> Events, double Seconds, long Seed)
{
    /// <summary>What a true caption has to say, as text: "bark*2 then bell*1", "rain*1 while siren*1".</summary>
    public string Meaning
    {
        get
        {
            var names = Events.Select(placed => $"{placed.Event.Key}*{placed.Count}").ToList();
            return Structure switch
            {
                SceneStructure.While => string.Join(" while ", names.Order(StringComparer.Ordinal)),
                SceneStructure.Background => $"{string.Join(" then ", names.Skip(1))} over {names[0]}",
                _ => string.Join(" then ", names),
            };
        }
    }

    /// <summary>Whether a perfect listener would describe both alike: same events, counts and order.</summary>
    public bool SameMeaning(Scene other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Meaning == other.Meaning;
    }
}

/// <summary>How the events of a scene lie in time.</summary>
public enum SceneStructure
{
    /// <summary>One event.</summary>
    Single,

    /// <summary>Two to five events one after the other, with silence between.</summary>
    Sequence,

    /// <summary>Two events that overlap; their order means nothing.</summary>
    While,

    /// <summary>The first event fills the clip quietly; one or two others happen over it, in order.</summary>
    Background,
}

/// <summary>A sound event at its place in a clip.</summary>
/// <param name="Event">What sounds.</param>
/// <param name="Repetitions">Its strokes in order; exactly one for a continuous event.</param>
/// <param name="Gain">Level, in (0, 1].</param>
public sealed record PlacedEvent(SoundEvent Event, IReadOnlyList<Repetition> Repetitions, double Gain)
{
    /// <summary>Start of the first stroke, in seconds.</summary>
    public double Onset => Repetitions[0].Onset;

    /// <summary>End of the last stroke, in seconds.</summary>
    public double Offset => Repetitions[^1].Offset;

    /// <summary>From onset to offset, in seconds.</summary>
    public double Seconds => Offset - Onset;

    /// <summary>How many times a discrete event is heard; 1 for a continuous one.</summary>
    public int Count => Repetitions.Count;
}

/// <summary>One stroke of an event, or the whole of a continuous one.</summary>
/// <param name="Onset">Start, in seconds from the start of the clip.</param>
/// <param name="Offset">End, in seconds.</param>
public readonly record struct Repetition(double Onset, double Offset)
{
    /// <summary>Length in seconds.</summary>
    public double Seconds => Offset - Onset;
}

/// <summary>Wrong accounts of a scene: copies to be put into words, not to be rendered.</summary>
internal static class SceneEdits
{
    /// <summary>
    /// The events in another order. Where order means nothing (an overlap, or one event over a background), the
    /// events are said to follow each other, which is wrong too.
    /// </summary>
    public static Scene WithOrderSwapped(this Scene scene, Random random)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentNullException.ThrowIfNull(random);
        if (scene.Events.Count < 2)
        {
            throw new ArgumentException(
                $"Order can be swapped in a scene of two events or more, but this has one: {scene.Meaning}.",
                nameof(scene));
        }
        var events = scene.Events.ToArray();
        var fixedEvents = scene.Structure == SceneStructure.Background && events.Length > 2 ? 1 : 0;
        var first = random.Next(fixedEvents, events.Length);
        var second = random.Next(fixedEvents, events.Length - 1);
        second += second >= first ? 1 : 0;
        var ordered = scene.Structure == SceneStructure.Sequence || fixedEvents > 0;
        if (ordered || random.Next(2) == 0)
        {
            (events[first], events[second]) = (events[second], events[first]);
        }
        return scene with { Events = events, Structure = ordered ? scene.Structure : SceneStructure.Sequence };
    }

    /// <summary>One event called by the name of another class that is not in the scene.</summary>
    public static Scene WithEventReplaced(this Scene scene, Random random)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentNullException.ThrowIfNull(random);
        var events = scene.Events.ToArray();
        var place = random.Next(events.Length);
        var behind = scene.Structure == SceneStructure.Background && place == 0;
        var others = SoundEvents.All
            .Where(other => events.All(placed => placed.Event != other) && (!behind || other.CanBeBackground))
            .ToArray();
        var other = others[random.Next(others.Length)];
        var count = Math.Min(events[place].Count, other.MaxCount);
        // The span stays, so that words about its length stay; the strokes are only as many as the other can have.
        Repetition[] strokes = count == 1
            ? [new(events[place].Onset, events[place].Offset)]
            : [.. events[place].Repetitions.Take(count - 1), events[place].Repetitions[^1]];
        events[place] = events[place] with { Event = other, Repetitions = strokes };
        return scene with { Events = events };
    }

    /// <summary>One event left out.</summary>
    public static Scene WithEventDropped(this Scene scene, Random random)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentNullException.ThrowIfNull(random);
        if (scene.Events.Count < 2)
        {
            throw new ArgumentException(
                $"An event can be dropped from a scene of two or more, but this has one: {scene.Meaning}.",
                nameof(scene));
        }
        var place = random.Next(scene.Events.Count);
        var events = scene.Events.Where((_, i) => i != place).ToArray();
        var structure = events.Length == 1 ? SceneStructure.Single
            : scene.Structure == SceneStructure.Background && place == 0 ? SceneStructure.Sequence
            : scene.Structure;
        return scene with { Events = events, Structure = structure };
    }
}
