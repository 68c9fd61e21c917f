namespace Tango2.Preferences;

/// <summary>A row of the paper's Table 2.</summary>
/// <param name="Label">A strategy's number, or "all".</param>
/// <param name="Pairs">How many.</param>
/// <param name="Winner">Mean score of the winners.</param>
/// <param name="Loser">Mean score of the losers.</param>
/// <param name="Delta">Mean winner − loser.</param>
public sealed record PairSummary(string Label, int Pairs, double Winner, double Loser, double Delta)
{
    /// <summary>One row per strategy that occurs, in the paper's order, and one for all.</summary>
    /// <param name="pairs">With scores.</param>
    /// <param name="model">Index of the CLAP model; the paper does not say which its means use.</param>
    public static IReadOnlyList<PairSummary> Table(IReadOnlyCollection<PreferencePair> pairs, int model = 0) =>
    [
        .. pairs.GroupBy(p => p.Strategy).OrderBy(g => g.Key).Select(g => Row(g.Key.Label(), [.. g], model)),
        Row("all", pairs, model),
    ];

    private static PairSummary Row(string label, IReadOnlyCollection<PreferencePair> pairs, int model)
    {
        double Mean(Func<PairScore, double> of) => pairs.Count == 0 ? double.NaN : pairs.Average(p => of(p.Scores[model]));
        return new(label, pairs.Count, Mean(s => s.Winner), Mean(s => s.Loser), Mean(s => s.Delta));
    }
}
