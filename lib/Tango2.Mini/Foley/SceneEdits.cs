namespace Tango2.Mini.Foley;

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
