using Tango2.Tensors;

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
    /// <returns>Means of NaN where there are no pairs.</returns>
    /// <exception cref="ArgumentException">A pair has no score of that model, or one that is not finite; the message names it.</exception>
    public static IReadOnlyList<PairSummary> Table(IReadOnlyCollection<PreferencePair> pairs, int model = 0) =>
    [
        .. pairs.GroupBy(p => p.Strategy).OrderBy(g => g.Key).Select(g => Row(g.Key.Label(), [.. g], model)),
        Row("all", pairs, model),
    ];

    private static PairSummary Row(string label, IReadOnlyCollection<PreferencePair> pairs, int model)
    {
        double Mean(Func<PairScore, double> of) => pairs.Count == 0 ? double.NaN : pairs.Average(p => of(Score(p, model)));
        return new(label, pairs.Count, Mean(s => s.Winner), Mean(s => s.Loser), Mean(s => s.Delta));
    }

    private static PairScore Score(PreferencePair pair, int model)
    {
        var name = $"the pair '{pair.Winner}' over '{pair.Loser}' of '{pair.Prompt}'";
        if (model < 0 || model >= pair.Scores.Count)
            throw new ArgumentException($"A mean needs scores of model {model}, but {name} has {pair.Scores.Count} scores.");
        return double.IsFinite(pair.Scores[model].Delta) ? pair.Scores[model] : throw new ArgumentException(
            $"A mean needs finite scores, but {name} has {Finite.Show(pair.Scores[model].Winner)} and "
            + $"{Finite.Show(pair.Scores[model].Loser)} by model {model}.");
    }
}
