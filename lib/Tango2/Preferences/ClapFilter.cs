using Tango2.Files;

namespace Tango2.Preferences;

/// <summary>Keeps a pair when, for every CLAP model, w ≥ α, l ≥ β, w &gt; l and Δmin ≤ w − l ≤ Δmax.</summary>
/// <remarks>
/// Tango 2, section 4.1.2. A difference is compared after rounding to 12 decimals, since 0.50 − 0.45 is otherwise
/// below 0.05 in binary and the bounds are inclusive.
/// </remarks>
public sealed class ClapFilter
{
    private static readonly FilterCondition[] Conditions = Enum.GetValues<FilterCondition>(); // in the order of the paper

    /// <summary>A filter of these bounds.</summary>
    /// <param name="models">One set of bounds per model, in the order of the pairs' scores.</param>
    /// <exception cref="ArgumentException">A bound is one that no cosine can meet; the message names model and bound.</exception>
    public ClapFilter(IReadOnlyList<ClapThresholds> models)
    {
        foreach (var bounds in models) bounds.Check();
        Models = models;
    }

    /// <summary>The filter of the paper.</summary>
    public static ClapFilter Paper { get; } = new(ClapThresholds.Paper);

    /// <summary>The bounds, one per model.</summary>
    public IReadOnlyList<ClapThresholds> Models { get; }

    /// <summary>This filter with its least differences Δmin times a factor.</summary>
    public ClapFilter WithDifference(double factor) => new([.. Models.Select(t => t with { DeltaMin = factor * t.DeltaMin })]);

    /// <summary>Whether a pair stays, and if not, why.</summary>
    public FilterDecision Decide(PreferencePair pair)
    {
        CheckScores(pair);
        return new([.. Models.Zip(pair.Scores, Failures).SelectMany(failures => failures)]);
    }

    /// <summary>The pairs that stay; a warning tells of those whose scores are no numbers, which never do.</summary>
    public IReadOnlyList<PreferencePair> Keep(IEnumerable<PreferencePair> pairs)
    {
        PreferencePair[] all = [.. pairs];
        PreferencePair[] unscored = [.. all.Where(pair => !pair.Scores.All(s => double.IsFinite(s.Delta)))];
        if (unscored.Length > 0)
            Warnings.Give($"{unscored.Length} of {all.Length} pairs have scores that are no numbers and are not kept; "
                + $"the first is '{unscored[0].Winner}' over '{unscored[0].Loser}' of '{unscored[0].Prompt}'.");
        return [.. all.Where(Keeps)];
    }

    // As Decide, without a text for each of thousands of pairs.
    private bool Keeps(PreferencePair pair)
    {
        CheckScores(pair);
        for (var model = 0; model < Models.Count; model++)
            foreach (var condition in Conditions)
                if (!Holds(condition, Models[model], pair.Scores[model])) return false;
        return true;
    }

    private void CheckScores(PreferencePair pair)
    {
        if (pair.Scores.Count != Models.Count)
            throw new ArgumentException(
                $"A pair must have one score per model of the filter ({string.Join(", ", Models.Select(m => m.Model))}), "
                + $"but the pair of '{pair.Prompt}' has {pair.Scores.Count}.");
    }

    private static IEnumerable<FilterFailure> Failures(ClapThresholds bounds, PairScore score) =>
        Conditions.Where(condition => !Holds(condition, bounds, score))
            .Select(condition => new FilterFailure(bounds.Model, condition, Reason(condition, bounds, score)));

    // No condition holds for NaN.
    private static bool Holds(FilterCondition condition, ClapThresholds bounds, PairScore score) => condition switch
    {
        FilterCondition.Winner => score.Winner >= bounds.Alpha,
        FilterCondition.Loser => score.Loser >= bounds.Beta,
        FilterCondition.Order => score.Winner > score.Loser,
        _ => Delta(score) is var delta && double.IsFinite(delta) && delta >= bounds.DeltaMin && delta <= bounds.DeltaMax,
    };

    private static double Delta(PairScore score) => Math.Round(score.Delta, ClapThresholds.Decimals);

    private static string Reason(FilterCondition condition, ClapThresholds bounds, PairScore score) => condition switch
    {
        FilterCondition.Winner => Below("winner", score.Winner, bounds.Alpha),
        FilterCondition.Loser => Below("loser", score.Loser, bounds.Beta),
        FilterCondition.Order => $"winner {score.Winner:0.####} is not above loser {score.Loser:0.####}",
        _ => $"delta {Delta(score):0.####} is not in [{bounds.DeltaMin:0.####}, {bounds.DeltaMax:0.####}]",
    };

    private static string Below(string clip, double score, double bound) => double.IsNaN(score)
        ? $"{clip}'s score is NaN"
        : $"{clip} {score:0.####} < {bound:0.####}";
}

/// <summary>The four conditions of the filter.</summary>
public enum FilterCondition
{
    /// <summary>winner ≥ α.</summary>
    Winner,

    /// <summary>loser ≥ β.</summary>
    Loser,

    /// <summary>winner &gt; loser.</summary>
    Order,

    /// <summary>Δmin ≤ winner − loser ≤ Δmax.</summary>
    Delta,
}

/// <summary>What the filter says of a pair.</summary>
/// <param name="Failures">All conditions that fail, by model and in the order of the paper.</param>
public sealed record FilterDecision(IReadOnlyList<FilterFailure> Failures)
{
    /// <summary>Whether the pair stays.</summary>
    public bool Kept => Failures.Count == 0;

    /// <inheritdoc/>
    public override string ToString() =>
        Kept ? "kept" : string.Join("; ", Failures.Select(f => $"{f.Model}: {f.Reason}"));
}

/// <summary>A condition that a pair fails.</summary>
/// <param name="Model">The CLAP model by whose scores it fails.</param>
/// <param name="Condition">Which of the four.</param>
/// <param name="Reason">The numbers, such as "winner 0.41 &lt; 0.45".</param>
public sealed record FilterFailure(string Model, FilterCondition Condition, string Reason);
