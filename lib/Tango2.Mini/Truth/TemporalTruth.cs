using Tango2.Foley;
using Tango2.Metrics;
using Tango2.Pipelines;

namespace Tango2.Lab;

/// <summary>The STEAM captions of an evaluation set: when each sound should be heard, and when one listener hears it.</summary>
public static class TemporalTruth
{
    /// <summary>The keys of the four measures, in the paper's order.</summary>
    public static IReadOnlyList<string> Keys { get; } = ["oer", "dur", "freq", "time"];

    /// <summary>As STEAM hears: the grounding model is asked for each sound by name.</summary>
    /// <param name="grounder">The listener.</param>
    /// <param name="waveforms">[B, N] at 16 kHz, one for each prompt.</param>
    /// <param name="set">The prompts.</param>
    public static IReadOnlyList<TemporalCaption> Grounded(EventGrounder grounder, Tensor waveforms, EvaluationSet set) =>
        Captions(set, grounder.Regions(waveforms, [.. set.Clips.Select(clip =>
            clip.Scene.Events.Select(e => GroundingStage.Queries(e.Event)[0]).ToArray())]));

    /// <summary>As the detector hears, which was trained on exact event times.</summary>
    /// <param name="detector">The listener.</param>
    /// <param name="waveforms">[B, N] at 16 kHz, one for each prompt.</param>
    /// <param name="set">The prompts.</param>
    public static IReadOnlyList<TemporalCaption> Detected(SceneDetector detector, Tensor waveforms, EvaluationSet set)
    {
        Clips.CheckCount(waveforms, set.Clips.Count, "prompts");
        var heard = detector.Regions(waveforms);
        return Captions(set, [.. set.Clips.Select((clip, i) =>
            clip.Scene.Events.Select(e => heard[i][e.Event.Index]).ToArray())]);
    }

    /// <summary>A perfect listener of the real clips.</summary>
    public static IReadOnlyList<TemporalCaption> Perfect(EvaluationSet set) => Heard(set, Wanted);

    /// <summary>A system that makes no sound.</summary>
    public static IReadOnlyList<TemporalCaption> Silent(EvaluationSet set) => Heard(set, _ => []);

    /// <summary>A system whose every sound lasts from the clip's start to its end.</summary>
    public static IReadOnlyList<TemporalCaption> Endless(EvaluationSet set) =>
        [.. set.Clips.Zip(Silent(set), (clip, caption) => caption with
        {
            Events = [.. caption.Events.Select(e => e with { Detected = [new(0, clip.Scene.Seconds)] })],
        })];

    /// <summary>The four measures: "oer" on the prompts of two sounds in sequence, "dur", "freq" and "time" on all.</summary>
    /// <param name="captions">One for each prompt.</param>
    /// <param name="set">The prompts.</param>
    /// <exception cref="ArgumentException">There is not one caption for each prompt, or a region is no stretch of time.</exception>
    public static IReadOnlyDictionary<string, Score> Scores(IReadOnlyList<TemporalCaption> captions, EvaluationSet set)
    {
        if (captions.Count != set.Clips.Count)
            throw new ArgumentException(
                $"There must be one caption for each of {set.Clips.Count} prompts, but there are {captions.Count}.");
        var pairs = captions.Zip(set.Clips)
            .Where(p => p.Second.Scene is { Structure: SceneStructure.Sequence, Events.Count: 2 });
        return new Dictionary<string, Score>
        {
            ["oer"] = OrderErrorRate.Of([.. pairs.Select(p => p.First)]),
            ["dur"] = DurationError.Of(captions),
            ["freq"] = FrequencyError.Of(captions),
            ["time"] = TimestampF1.Of(captions),
        };
    }

    private static EventRegion[] Wanted(PlacedEvent placed) =>
        [.. placed.Repetitions.Select(r => new EventRegion(r.Onset, r.Offset))];

    private static TemporalCaption[] Heard(EvaluationSet set, Func<PlacedEvent, IReadOnlyList<EventRegion>> hear) =>
        Captions(set, [.. set.Clips.Select(clip => clip.Scene.Events.Select(hear).ToArray())]);

    private static TemporalCaption[] Captions(EvaluationSet set, IReadOnlyList<IReadOnlyList<EventRegion>>[] found) =>
        [.. set.Clips.Select((clip, i) => new TemporalCaption(clip.Caption, [.. clip.Scene.Events.Select((e, k) =>
            new TemporalEvent(e.Event.Key, Wanted(e), found[i][k]))]))];
}
