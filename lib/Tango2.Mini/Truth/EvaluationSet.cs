using Tango2.Evaluation;
using Tango2.Metrics;
using Tango2.Mini.Foley;

namespace Tango2.Mini.Truth;

/// <summary>Prompts with the scenes they describe and the seeds that their clips are generated from.</summary>
public sealed record EvaluationSet : Protocol
{
    private readonly WantedClip[] _wanted;

    private EvaluationSet(long seed, FoleyClip[] clips)
        : this(clips, NoiseOf(seed, clips.Length))
    {
    }

    private EvaluationSet(FoleyClip[] clips, long[] seeds)
        : base([.. clips.Select(clip => clip.Caption)], seeds, FoleyWorld.SampleRate) =>
        (Clips, _wanted) = (clips, [.. clips.Select(clip => Asked(clip.Scene))]);

    /// <summary>The prompts and their truth.</summary>
    public IReadOnlyList<FoleyClip> Clips { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<WantedClip> Wanted => _wanted;

    /// <summary>
    /// Prompts that nothing was trained, filtered or tuned on, in wordings of their own. Every second one asks, as
    /// AudioTime's prompts for OER do, for one sound after another, of two that no training clip has together. The others
    /// tell of any scenes of any sounds.
    /// </summary>
    public static EvaluationSet Test(long seed, int count)
    {
        FoleyClip[] clips = [.. FoleyWorld.Clips(seed + 94, FoleySplit.Test, count, SceneMix.Pairs)];
        for (var i = 0; i < count; i += 2)
        {
            var scene = FoleyWorld.Scene(seed + 95, i, SceneMix.Default);
            clips[i] = new(i, FoleySplit.Test, scene, Caption.Variant(scene, 0, FoleySplit.Test));
        }
        return new(seed + 94, clips);
    }

    /// <summary>Harder prompts, in the same wordings: three and more sounds in sequence, and sounds that overlap.</summary>
    public static EvaluationSet Hard(long seed, int count) =>
        new(seed + 94, [.. FoleyWorld.Clips(seed + 94, FoleySplit.Test, count, SceneMix.Hard)]);

    /// <summary>Prompts for tuning.</summary>
    public static EvaluationSet Validation(long seed, int count) =>
        new(seed + 80, [.. FoleyWorld.Clips(seed + 80, FoleySplit.Validation, count)]);

    /// <summary>The prompts from a place on, each with the seed that it has here.</summary>
    /// <param name="first">The first prompt's place.</param>
    /// <param name="count">How many.</param>
    public EvaluationSet Part(int first, int count) => new([.. Clips.Skip(first).Take(count)], [.. Seeds.Skip(first).Take(count)]);

    /// <summary>The same prompts with other noise.</summary>
    /// <param name="seed">Of the noise.</param>
    public EvaluationSet WithNoise(long seed) => new([.. Clips], NoiseOf(seed, Clips.Count));

    /// <inheritdoc/>
    public override Tensor Real() => FoleyWorld.Waveforms(Clips);

    private static long[] NoiseOf(long seed, int count) =>
        [.. Enumerable.Range(0, count).Select(i => Tensors.Seeds.Derive(seed, "evaluation", i))];

    private static WantedClip Asked(Scene scene) => new(
        [.. scene.Events.Select(placed => new WantedSound(placed.Event.Key, placed.Event.Queries[0],
            [.. placed.Repetitions.Select(stroke => new EventRegion(stroke.Onset, stroke.Offset))]))],
        scene is { Structure: SceneStructure.Sequence, Events.Count: > 1 }, scene.Seconds);
}
