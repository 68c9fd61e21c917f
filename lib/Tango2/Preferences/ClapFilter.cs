namespace Tango2.Preferences;

/// <summary>Keeps a pair when, for every CLAP model, w ≥ α, l ≥ β, w &gt; l and Δmin ≤ w − l ≤ Δmax.</summary>
/// <remarks>
/// Tango 2, section 4.1.2. A difference is compared after rounding to 12 decimals, since 0.50 − 0.45 is otherwise
/// below 0.05 in binary and the bounds are inclusive.
/// </remarks>
/// <param name="models">One set of bounds per model, in the order of the pairs' scores.</param>
public sealed class ClapFilter(IReadOnlyList<ClapThresholds> models)
{
    /// <summary>The filter of the paper.</summary>
    public static ClapFilter Paper { get; } = new(ClapThresholds.Paper);

    /// <summary>The bounds, one per model.</summary>
    public IReadOnlyList<ClapThresholds> Models { get; } = models;

    /// <summary>Whether a pair stays, and if not, why.</summary>
    public FilterDecision Decide(PreferencePair pair)
    {
        if (pair.Scores.Count != Models.Count)
            throw new ArgumentException(
                $"A pair must have one score per model of the filter ({string.Join(", ", Models.Select(m => m.Model))}), "
                + $"but the pair of '{pair.Prompt}' has {pair.Scores.Count}.");
        return new([.. Models.Zip(pair.Scores, Failures).SelectMany(failures => failures)]);
    }

    /// <summary>The pairs that stay.</summary>
    public IReadOnlyList<PreferencePair> Keep(IEnumerable<PreferencePair> pairs) =>
        [.. pairs.Where(pair => Decide(pair).Kept)];

    private static IEnumerable<FilterFailure> Failures(ClapThresholds bounds, PairScore score)
    {
        FilterFailure Failed(FilterCondition condition, string reason) => new(bounds.Model, condition, reason);
        var (winner, loser, delta) = (score.Winner, score.Loser, Math.Round(score.Delta, 12));
        if (!(winner >= bounds.Alpha))
            yield return Failed(FilterCondition.Winner, $"winner {winner:0.####} < {bounds.Alpha:0.####}");
        if (!(loser >= bounds.Beta))
            yield return Failed(FilterCondition.Loser, $"loser {loser:0.####} < {bounds.Beta:0.####}");
        if (!(winner > loser))
            yield return Failed(FilterCondition.Order, $"winner {winner:0.####} is not above loser {loser:0.####}");
        if (!(delta >= bounds.DeltaMin && delta <= bounds.DeltaMax))
            yield return Failed(
                FilterCondition.Delta, $"delta {delta:0.####} is not in [{bounds.DeltaMin:0.####}, {bounds.DeltaMax:0.####}]");
    }
}
