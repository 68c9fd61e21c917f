using Tango2.Display;
using Tango2.Lab;
using Tango2.Preferences;

namespace Tango2.Studies;

/// <summary>What is left of the alignment's effect when a part is left out.</summary>
public static class Ablations
{
    private static readonly string[] PaperColumns = ["CLAP", "FAD", "KL", "IS"];

    /// <summary>Pairs by strategy that each variant keeps of the candidates; steps are what its training makes of them.</summary>
    public static Table Counts(IReadOnlyList<PreferencePair> candidates)
    {
        var table = new Table("Pairs by variant", "variant", "1.1", "1.2", "2", "3", "pairs", "updates");
        foreach (var variant in AblationVariant.All)
        {
            var kept = variant.Keep(candidates);
            int Of(Strategy strategy) => kept.Count(pair => pair.Strategy == strategy);
            table.Add(variant.Name, Of(Strategy.DenoisingSteps), Of(Strategy.Samples), Of(Strategy.Perturbed),
                Of(Strategy.TemporallyPerturbed), kept.Count, AblationStage.Steps(variant, kept.Count));
        }
        return table;
    }

    /// <summary>How many pairs the shipped filter keeps when its least difference Δmin is multiplied.</summary>
    /// <param name="candidates">With scores.</param>
    /// <param name="factors">Multipliers of Δmin, for both CLAP models.</param>
    public static int[] Kept(IReadOnlyList<PreferencePair> candidates, params double[] factors) =>
        [.. factors.Select(factor => AblationVariant.Differing(factor).Keep(candidates).Count)];

    /// <summary>Our rows: the metrics' values, without intervals; a note when there is no table.</summary>
    public static Shown Ours(AblationTable? table)
    {
        if (table is null) return Missing;
        var shown = new Table($"Ours, {table.Prompts} validation prompts",
            "variant", "pairs", "updates", "CLAP ↑", "judge ↑", "FAD ↓", "KL ↓", "IS ↑", "OER ↓", "OER by detector ↓");
        void Add(string name, int? pairs, int? steps, IReadOnlyDictionary<string, double> of) => shown.Add(
            name, pairs, steps, of["clap"], of["clapIndependent"], of["fad"], of["kl"], of["is"], of["oer"], of["truth.oer"]);
        Add("base", null, null, table.Base);
        foreach (var row in table.Rows) Add(row.Name, row.Pairs, row.Steps, row.Metrics);
        return shown;
    }

    /// <summary>The paper's ablation: each row's change from Tango-full-FT, and ours from our base beside it.</summary>
    /// <param name="table">Ours; null shows the paper's alone.</param>
    public static Table BesidePaper(AblationTable? table)
    {
        var shown = new Table("Change from the model before alignment: paper, ours",
            ["variant", .. PaperColumns.SelectMany(c => new[] { $"{c}, paper", $"{c}, ours" })]);
        foreach (var variant in AblationVariant.All.Where(v => v.PaperRow is not null))
        {
            shown.Add([variant.Name, .. PaperColumns.SelectMany(c => new object?[]
            {
                PaperTable3.Value(variant.PaperRow!, c) - PaperTable3.Value(PaperTable3.Base, c),
                table?.Row(variant.Name)?.Change[c.ToLowerInvariant()].Estimate,
            })]);
        }
        return shown;
    }

    /// <summary>One metric's change from the base, row by row, with 95 % intervals.</summary>
    /// <param name="table">Ours; null gives a note that tells how it is made.</param>
    /// <param name="key">The metric, such as "clap" or "truth.oer".</param>
    public static Shown Bars(AblationTable? table, string key) => table is null ? Missing : Figures.Bars(
        $"{EvaluationMetric.Of(key).Title}, {(EvaluationMetric.Of(key).HigherIsBetter ? "higher" : "lower")} is better",
        $"change from the base: {EvaluationMetric.Of(key).AxisLabel}",
        [.. table.Rows.Where(r => double.IsFinite(r.Change[key].Estimate))
            .Select(r => (r.Name, r.Change[key].Estimate, r.Change[key].Low, r.Change[key].High))]);

    /// <summary>What a notebook shows when no variant has been trained.</summary>
    public static Note Missing { get; } = new(
        "There is no ablations.json beside the weights, so this part is skipped. `tango2 train mini ablations` makes it: "
        + "one training for each row, finished rows are kept.");
}
