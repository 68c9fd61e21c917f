using Tango2.Display;
using Tango2.Metrics;
using Tango2.Mini.Foley;

namespace Tango2.Mini.Truth;

/// <summary>Timelines of what should be heard and of what the detector hears.</summary>
public static class Timelines
{
    /// <summary>The truth of a scene above what was detected; sounds detected by mistake have a row too.</summary>
    /// <param name="scene">The truth.</param>
    /// <param name="heard">The clip's regions by sound index, as <see cref="SceneDetector"/> gives them.</param>
    /// <param name="title">What is heard.</param>
    public static Figure Of(Scene scene, IReadOnlyList<IReadOnlyList<EventRegion>> heard, string title)
    {
        var rows = scene.Events.Select(placed => new TimelineRow(
            placed.Event.Key, Regions(placed), heard[placed.Event.Index])).ToList();
        rows.AddRange(Others(scene.Events.Select(placed => placed.Event), heard));
        return Timeline.Of(title, scene.Seconds, "truth", "detected", rows);
    }

    /// <summary>Two clips of the same prompt's sounds, one in each lane.</summary>
    /// <param name="sounds">The sounds that were asked for.</param>
    /// <param name="upper">Name and regions by sound index of one clip.</param>
    /// <param name="lower">The same of the other.</param>
    /// <param name="title">What is heard.</param>
    /// <param name="seconds">Length of the clips.</param>
    public static Figure Of(
        IReadOnlyList<SoundEvent> sounds, (string Name, IReadOnlyList<IReadOnlyList<EventRegion>> Heard) upper,
        (string Name, IReadOnlyList<IReadOnlyList<EventRegion>> Heard) lower, string title, double seconds = 2.56) =>
        Timeline.Of(title, seconds, upper.Name, lower.Name, [.. sounds.Select(sound => new TimelineRow(
            sound.Key, upper.Heard[sound.Index], lower.Heard[sound.Index]))]);

    private static IEnumerable<TimelineRow> Others(
        IEnumerable<SoundEvent> known, IReadOnlyList<IReadOnlyList<EventRegion>> heard) => SoundEvents.All.Except(known)
        .Where(sound => heard[sound.Index].Count > 0)
        .Select(sound => new TimelineRow(sound.Key, [], heard[sound.Index]));

    private static EventRegion[] Regions(PlacedEvent placed) =>
        [.. placed.Repetitions.Select(stroke => new EventRegion(stroke.Onset, stroke.Offset))];
}
