using Tango2.Tensors;

namespace Tango2.Preferences;

/// <summary>Makes the pairs that the filter then chooses from (Tango 2, section 4.1.2).</summary>
internal static class CandidatePairs
{
    /// <summary>All candidate pairs of one prompt from the clips of its plan.</summary>
    /// <param name="clips">The plan's clips with their scores.</param>
    /// <param name="model">Index of the CLAP model that ranks; the paper does not say which.</param>
    /// <exception cref="ArgumentException">The clips are not those of one plan, or a score is missing or not finite.</exception>
    public static IReadOnlyList<PreferencePair> Of(
        IReadOnlyList<(PlannedClip Clip, ScoredClip Scored)> clips, int model = 0)
    {
        var prompt = clips.Count > 0 ? clips[0].Clip.Prompt : throw new ArgumentException("A prompt needs clips, but has none.");
        ScoredClip[] With(string start) => [.. clips
            .Where(c => c.Clip.Role == CandidatePlan.Original || c.Clip.Role.StartsWith(start, StringComparison.Ordinal))
            .Select(c => c.Scored)];
        if (With(CandidatePlan.Original).Length != 1)
            throw new ArgumentException($"The clips of '{prompt}' must hold one of the role '{CandidatePlan.Original}', "
                + $"but hold {With(CandidatePlan.Original).Length}.");
        var original = With(CandidatePlan.Original)[0];
        return
        [
            .. Best(Strategy.DenoisingSteps, "steps-"),
            .. Best(Strategy.Samples, "sample-"),
            .. AgainstPerturbed(prompt, Strategy.Perturbed, original, With("perturbed-").Skip(1), model),
            .. AgainstPerturbed(prompt, Strategy.TemporallyPerturbed, original, With("reordered-").Skip(1), model),
        ];

        // A plan may leave a strategy out, and then has the original alone.
        IReadOnlyList<PreferencePair> Best(Strategy strategy, string start) =>
            With(start) is { Length: > 1 } all ? BestAgainstOthers(prompt, strategy, all, model) : [];
    }

    /// <summary>Strategies 1.1 and 1.2: the best clip wins against each of the others.</summary>
    /// <param name="prompt">All clips were made from it.</param>
    /// <param name="strategy">1.1 or 1.2.</param>
    /// <param name="clips">At least two; four in the paper. The first of equals is the best.</param>
    /// <param name="model">Index of the CLAP model that ranks; the paper does not say which.</param>
    /// <exception cref="ArgumentException">The strategy is another, or a score is missing or not finite.</exception>
    public static IReadOnlyList<PreferencePair> BestAgainstOthers(
        string prompt, Strategy strategy, IReadOnlyList<ScoredClip> clips, int model = 0)
    {
        if (strategy is not (Strategy.DenoisingSteps or Strategy.Samples)) throw Wrong(strategy, "1.1 or 1.2");
        if (clips.Count < 2)
            throw new ArgumentException($"'{prompt}' needs at least two clips to compare, but has {clips.Count}.");
        foreach (var clip in clips) Check(prompt, clip, model);
        if (clips.DistinctBy(clip => clip.Clip).Count() < clips.Count)
            throw new ArgumentException($"'{prompt}' needs different clips to compare, but two have the same name.");
        var best = clips.MaxBy(clip => clip.Scores[model])!;
        return [.. clips.Where(clip => !ReferenceEquals(clip, best)).Select(clip => Pair(prompt, strategy, best, clip))];
    }

    /// <summary>Strategies 2 and 3: the original prompt's clip wins against each perturbed one that scores lower.</summary>
    /// <param name="prompt">The original prompt, which all clips are scored against.</param>
    /// <param name="strategy">2 or 3.</param>
    /// <param name="original">Made from the original prompt.</param>
    /// <param name="perturbed">Made from perturbed prompts.</param>
    /// <param name="model">Index of the CLAP model that compares.</param>
    /// <exception cref="ArgumentException">The strategy is another, or a score is missing or not finite.</exception>
    public static IReadOnlyList<PreferencePair> AgainstPerturbed(
        string prompt, Strategy strategy, ScoredClip original, IEnumerable<ScoredClip> perturbed, int model = 0)
    {
        if (strategy is not (Strategy.Perturbed or Strategy.TemporallyPerturbed)) throw Wrong(strategy, "2 or 3");
        Check(prompt, original, model);
        return [.. perturbed.Where(clip => original.Scores[model] > Check(prompt, clip, model))
            .Select(clip => Pair(prompt, strategy, original, clip))];
    }

    /// <summary>The score by the model that ranks; a NaN would rank anywhere.</summary>
    private static double Check(string prompt, ScoredClip clip, int model)
    {
        if (model < 0 || model >= clip.Scores.Count)
            throw new ArgumentException(
                $"The clip '{clip.Clip}' of '{prompt}' has {clip.Scores.Count} scores, so none of model {model}.");
        return double.IsFinite(clip.Scores[model]) ? clip.Scores[model] : throw new ArgumentException(
            $"A score must be finite, but that of the clip '{clip.Clip}' of '{prompt}' by model {model} is "
            + $"{Finite.Show(clip.Scores[model])}.");
    }

    private static PreferencePair Pair(string prompt, Strategy strategy, ScoredClip winner, ScoredClip loser) =>
        new(prompt, winner.Clip, loser.Clip, strategy,
            [.. winner.Scores.Zip(loser.Scores, (w, l) => new PairScore(w, l))]);

    private static ArgumentException Wrong(Strategy strategy, string wanted) =>
        new($"The strategy must be {wanted} here, but is {strategy.Label()}.");
}
