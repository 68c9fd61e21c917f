using Tango2.Foley;

namespace Tango2.Lab;

/// <summary>Prompts with the scenes they describe and the seeds that their clips are generated from.</summary>
/// <param name="Clips">The prompts and their truth.</param>
/// <param name="Seeds">One per prompt, the same for every model.</param>
public sealed record EvaluationSet(IReadOnlyList<FoleyClip> Clips, IReadOnlyList<long> Seeds)
{
    /// <summary>The prompts' texts.</summary>
    public IReadOnlyList<string> Prompts => [.. Clips.Select(clip => clip.Caption)];

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
        return Of(seed + 94, clips);
    }

    /// <summary>Prompts for tuning.</summary>
    public static EvaluationSet Validation(long seed, int count) =>
        Of(seed + 80, [.. FoleyWorld.Clips(seed + 80, FoleySplit.Validation, count)]);

    private static EvaluationSet Of(long seed, FoleyClip[] clips) =>
        new(clips, [.. clips.Select((_, i) => Tensors.Seeds.Derive(seed, "evaluation", i))]);
}
