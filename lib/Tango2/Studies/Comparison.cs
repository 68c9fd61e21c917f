using Tango2.Display;
using Tango2.Evaluation;
using Tango2.Metrics;

namespace Tango2.Studies;

/// <summary>Two models on the same prompts and seeds: what changed, and how sure that is.</summary>
public sealed class Comparison
{
    /// <summary>Compares; the intervals of FAD and IS take some seconds.</summary>
    /// <param name="before">The base.</param>
    /// <param name="after">The aligned model.</param>
    /// <param name="seed">Of the bootstrap.</param>
    /// <exception cref="ArgumentException">The two are not of the same metrics and prompts; the message tells the difference.</exception>
    public Comparison(EvaluationResult before, EvaluationResult after, long seed) =>
        (Before, After, Seed, Changes) = (before, after, seed, Evaluator.Compare(before, after, seed));

    /// <summary>The base.</summary>
    public EvaluationResult Before { get; }

    /// <summary>The aligned model.</summary>
    public EvaluationResult After { get; }

    /// <summary>Of prompts and draws.</summary>
    public long Seed { get; }

    /// <summary>after − before by metric, with 95 % intervals.</summary>
    public IReadOnlyDictionary<Metric, Change> Changes { get; }

    /// <summary>"better" or "worse" when the whole interval says so; "–" when it holds zero.</summary>
    public string Verdict(Metric metric) => metric.Verdict(Changes[metric].Interval);

    /// <summary>One row per metric: both models by their names, the change with its interval, the verdict, and ceilings beside.</summary>
    /// <param name="title">Above the table.</param>
    /// <param name="metrics">Which metrics.</param>
    /// <param name="ceilings">Other evaluations on the same prompts, such as the world's own clips.</param>
    public Table Table(string title, IReadOnlyList<Metric> metrics, params EvaluationResult[] ceilings)
    {
        var table = new Table(title,
            ["metric", Before.Model, After.Model, "change, 95 % interval", "verdict", .. ceilings.Select(c => c.Model)]);
        foreach (var metric in metrics)
        {
            var (before, after, change) = Changes[metric];
            table.Add([metric.TitleWithArrow, before, after, change, Verdict(metric),
                .. ceilings.Select(c => (object?)c[metric])]);
        }
        return table;
    }

    /// <summary>The paper's Table 3 beside ours, for the metrics that the paper has.</summary>
    public Table BesidePaper()
    {
        var table = new Table("The paper's Table 3 beside ours", "metric", "Tango-full-FT, paper", "Tango 2, paper",
            "change, paper", $"{Before.Model}, ours", $"{After.Model}, ours", "change, ours")
        { NumberFormat = Display.Table.AsGiven };
        foreach (var metric in Metric.All.Where(m => m.PaperColumn is not null))
        {
            var before = Paper.Value(Paper.Base, metric.PaperColumn);
            var after = Paper.Value(Paper.Aligned, metric.PaperColumn);
            table.Add(metric.PaperColumn + (metric.HigherIsBetter ? " ↑" : " ↓"), before, after, after - before,
                Changes[metric].Before, Changes[metric].After, Changes[metric].Interval.Estimate);
        }
        return table;
    }

    /// <summary>Changes as bars with their intervals, in percent of the first; the sign is turned so that right is better.</summary>
    /// <param name="title">Above the figure.</param>
    /// <param name="metrics">Which metrics; one that is 0 of the first is left out.</param>
    public Figure Bars(string title, IReadOnlyList<Metric> metrics) =>
        Figures.Bars(title, $"improvement over {Before.Model} [%]", [.. metrics
            .Where(m => Before[m] != 0 && double.IsFinite(Changes[m].Interval.Low))
            .Select(m => Bar(m, Changes[m].Interval, 100 / Before[m] * (m.HigherIsBetter ? 1 : -1)))]);

    /// <summary>Writes scale, seed, prompts, models and delta into out/summary.json.</summary>
    /// <param name="scale">Such as "mini".</param>
    public void Record(string scale)
    {
        Summary.Record("scale", scale);
        Summary.Record("seed", Seed);
        Summary.Record("prompts", Before.Waveforms.shape[0]);
        RecordNumbers("", Metric.All, metric => Changes[metric]);
    }

    /// <summary>
    /// Writes guidance, models and delta of one more comparison into out/summary.json, under a name of its own, and beside them what
    /// the detector says of order and of all that was asked, as "truth".
    /// </summary>
    /// <param name="name">Such as "paperGuidance".</param>
    /// <param name="before">The base's guidance scale.</param>
    /// <param name="after">The aligned model's.</param>
    public void RecordAs(string name, double before, double after) =>
        RecordPoint(name, new(before, after, Changes.ToDictionary(change => change.Key.Key, change => change.Value)));

    /// <summary>Writes a point's metrics likewise.</summary>
    internal static void RecordPoint(string name, GuidancePoint point)
    {
        Metric[] Of(IReadOnlyList<Metric> metrics) => [.. metrics.Where(metric => point.Changes.ContainsKey(metric.Key))];
        Summary.Record($"{name}.guidance", new { point.Base, point.Aligned });
        RecordNumbers($"{name}.", Of(Metric.All), metric => point[metric]);
        RecordNumbers($"{name}.truth.", Of(Metric.Truth), metric => point[metric]);
    }

    private static void RecordNumbers(string under, IReadOnlyList<Metric> metrics, Func<Metric, Change> of)
    {
        IReadOnlyDictionary<string, double?> Numbers(Func<Change, double> value) =>
            metrics.ToDictionary(metric => metric.Key, metric => Finite(value(of(metric))));
        Summary.Record($"{under}models", new { Base = Numbers(change => change.Before), Aligned = Numbers(change => change.After) });
        Summary.Record($"{under}delta", Deltas(metrics.ToDictionary(metric => metric.Key, metric => of(metric).Interval)));
    }

    /// <summary>Intervals by key as out/summary.json has them.</summary>
    internal static object Deltas(IReadOnlyDictionary<string, Interval> changes) => changes.ToDictionary(change => change.Key, change => new
    {
        Mean = Finite(change.Value.Estimate),
        Ci95 = new[] { Finite(change.Value.Low), Finite(change.Value.High) },
    });

    private static (string, double, double, double) Bar(Metric metric, Interval change, double scale)
    {
        var (a, b) = (change.Low * scale, change.High * scale);
        return (metric.Title, change.Estimate * scale, Math.Min(a, b), Math.Max(a, b));
    }

    private static double? Finite(double value) => double.IsFinite(value) ? Math.Round(value, 6) : null;
}
