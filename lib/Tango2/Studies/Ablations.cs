using Tango2.Display;
using Tango2.Evaluation;
using Tango2.Preferences;

namespace Tango2.Studies;

/// <summary>What is left of the alignment's effect when a part is left out.</summary>
public static class Ablations
{
    private const string Study = "ablations";

    private static readonly string[] PaperColumns = ["CLAP", "FAD", "KL", "IS"];

    /// <summary>Pairs by strategy that each variant keeps of the candidates; updates are what its training makes of them.</summary>
    public static Table Counts(IReadOnlyList<AblationVariant> variants, IReadOnlyList<PreferencePair> candidates)
    {
        var table = new Table("Pairs by variant", "variant", "1.1", "1.2", "2", "3", "pairs", "updates");
        foreach (var variant in variants)
        {
            var kept = variant.Keep(candidates);
            int Of(Strategy strategy) => kept.Count(pair => pair.Strategy == strategy);
            table.Add(variant.Name, Of(Strategy.DenoisingSteps), Of(Strategy.Samples), Of(Strategy.Perturbed),
                Of(Strategy.TemporallyPerturbed), kept.Count, variant.Steps(kept.Count));
        }
        return table;
    }

    /// <summary>How many pairs a filter keeps when its least difference Δmin is multiplied.</summary>
    /// <param name="filter">The filter.</param>
    /// <param name="candidates">With scores.</param>
    /// <param name="factors">Multipliers of Δmin, for all CLAP models.</param>
    public static int[] Kept(ClapFilter filter, IReadOnlyList<PreferencePair> candidates, params double[] factors) =>
        [.. factors.Select(factor => filter.WithDifference(factor).Keep(candidates).Count)];

    /// <summary>Our rows: the metrics' values, without intervals.</summary>
    /// <param name="table">Ours; null gives a note that tells how it is made.</param>
    public static Shown Ours(AblationTable? table)
    {
        if (table is null) return SamplingStudy.Missing(Study);
        var shown = new Table($"Ours, {table.Prompts} validation prompts",
            "variant", "pairs", "updates", "trainings", "CLAP ↑", "judge ↑", "FAD ↓", "KL ↓", "IS ↑", "OER ↓", "OER by detector ↓",
            "all there, in order ↑");
        Metric[] columns =
        [
            Metric.Clap, Metric.ClapIndependent, Metric.Fad, Metric.Kl, Metric.Is, Metric.Oer, Metric.Oer.ByDetector, Metric.Fidelity.ByDetector,
        ];
        void Add(string name, AblationRow? row, IReadOnlyDictionary<string, double> of) =>
            shown.Add([name, row?.Pairs, row?.Steps, row?.Trainings, .. columns.Select(metric => (object?)of[metric.Key])]);
        Add("base", null, table.Base);
        foreach (var row in table.Rows) Add(row.Name, row, row.Metrics);
        return shown;
    }

    /// <summary>The paper's ablation: each row's change from Tango-full-FT, and ours from our base beside it.</summary>
    /// <param name="variants">Those that the paper has are shown.</param>
    /// <param name="table">Ours; null shows the paper's alone.</param>
    public static Table BesidePaper(IReadOnlyList<AblationVariant> variants, AblationTable? table)
    {
        var shown = new Table("Change from the model before alignment: paper, ours",
            ["variant", .. PaperColumns.SelectMany(c => new[] { $"{c}, paper", $"{c}, ours" })]);
        foreach (var variant in variants.Where(v => v.PaperRow is not null))
        {
            shown.Add([variant.Name, .. PaperColumns.SelectMany(c => new object?[]
            {
                Paper.Value(variant.PaperRow!, c) - Paper.Value(Paper.Base, c),
                table?.Row(variant.Name)?.Change[c.ToLowerInvariant()].Estimate,
            })]);
        }
        return shown;
    }

    /// <summary>
    /// Each row's change from the first one, which has all parts, or from another that it names: the same prompts and noise on both
    /// sides, 95 % intervals.
    /// </summary>
    /// <param name="table">Ours; null gives a note that tells how it is made.</param>
    /// <param name="study">The stage that makes it.</param>
    /// <param name="metrics">The metrics.</param>
    public static Shown FromOther(AblationTable? table, string study, params IReadOnlyList<Metric> metrics)
    {
        if (table is null || table.Rows.Count == 0) return SamplingStudy.Missing(study);
        var first = table.Rows[0].Name;
        var shown = new Table(
            $"Change from {first}, {table.Prompts} validation prompts",
            ["variant", "pairs", "updates", .. metrics.Select(metric => metric.TitleWithArrow)]);
        foreach (var row in table.Rows.Skip(1))
        {
            var name = row.Other == first ? row.Name : $"{row.Name}; beside {row.Other}";
            shown.Add([name, row.Pairs, row.Steps, .. metrics.Select(metric => (object?)row.FromOther[metric.Key])]);
        }
        return shown;
    }

    /// <summary>DPO accuracy beside quality: the rows whose accuracy is known, with their changes from the base.</summary>
    /// <param name="table">Ours; null gives a note that tells how it is made.</param>
    /// <param name="study">The stage that makes it.</param>
    /// <param name="metrics">The metrics.</param>
    public static Shown Accuracies(AblationTable? table, string study, params IReadOnlyList<Metric> metrics)
    {
        if (table is null) return SamplingStudy.Missing(study);
        var shown = new Table(
            $"DPO accuracy beside quality: change from the base, {table.Prompts} validation prompts",
            ["trained by", "accuracy, last updates", .. metrics.Select(metric => metric.TitleWithArrow)]);
        foreach (var row in table.Rows.Where(row => row.Accuracy is not null).OrderByDescending(row => row.Accuracy))
            shown.Add([row.Name, row.Accuracy, .. metrics.Select(metric => (object?)row.ChangeOf(metric))]);
        return shown;
    }

    /// <summary>Writes each row's changes from the base and from another row into out/summary.json, under the study's name.</summary>
    /// <param name="table">The rows; null writes nothing.</param>
    /// <param name="study">The stage that makes it.</param>
    public static void Record(AblationTable? table, string study = Study)
    {
        if (table is null) return;
        Summary.Record(study, table.Rows.Select(row => new
        {
            row.Name,
            row.Pairs,
            row.Steps,
            row.Trainings,
            Delta = Comparison.Deltas(row.Change),
            row.Other,
            FromOther = Comparison.Deltas(row.FromOther),
        }));
    }

    /// <summary>One metric's change from the base, row by row, with 95 % intervals.</summary>
    /// <param name="table">Ours; null gives a note that tells how it is made.</param>
    /// <param name="metric">The metric.</param>
    /// <param name="study">The stage that makes it.</param>
    public static Shown Bars(AblationTable? table, Metric metric, string study = Study) =>
        table is null ? SamplingStudy.Missing(study) : Figures.Bars(
            $"{metric.Title}, {(metric.HigherIsBetter ? "higher" : "lower")} is better",
            $"change from the base: {metric.AxisLabel}",
            [.. table.Rows.Select(row => (row.Name, Change: row.ChangeOf(metric))).Where(row => double.IsFinite(row.Change.Estimate))
                .Select(row => (row.Name, row.Change.Estimate, row.Change.Low, row.Change.High))]);
}
