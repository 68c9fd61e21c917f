using Tango2.Display;
using Tango2.Metrics;
using static System.FormattableString;

namespace Tango2.Studies;

/// <summary>Both models over the guidance scale, from the record of the stage "guidance".</summary>
public static class GuidanceStudy
{
    private const string Scale = "guidance";

    /// <summary>One metric of the base and of the aligned model at every scale.</summary>
    /// <param name="record">Of the stage.</param>
    /// <param name="metric">Its key, such as "clapIndependent".</param>
    public static PlotlyFigure Curves(TrainingRun record, string metric)
    {
        var title = EvaluationMetric.Of(metric).Title;
        var scales = record.With(Scale);
        (string, double[], double[]) Of(string model) =>
            (model, scales.Values(Scale), scales.Values($"{metric}, {model}"));
        return Figures.Curves($"{title} over guidance", "guidance scale w", EvaluationMetric.Of(metric).AxisLabel, Of("base"), Of("aligned"));
    }

    /// <summary>One row per scale and metric: both models, and the change with its 95 % interval.</summary>
    /// <param name="record">Of the stage.</param>
    /// <param name="metrics">Their keys.</param>
    public static Table Table(TrainingRun record, params string[] metrics)
    {
        var table = new Table("Base and aligned model at one guidance scale",
            "metric", "w", "base", "aligned", "change, 95 % interval");
        foreach (var metric in metrics.Select(EvaluationMetric.Of))
        {
            foreach (var at in record.With(Scale).Points.Select(p => p.Measures))
            {
                table.Add(Title(metric), at[Scale], Of(at, metric, "base"), Of(at, metric, "aligned"), Change(at, metric));
            }
        }
        return table;
    }

    /// <summary>One row per metric: each model at the scale that the judge likes best for it, and the difference.</summary>
    /// <param name="record">Of the stage.</param>
    /// <param name="metrics">Their keys.</param>
    public static Table AtBest(TrainingRun record, params string[] metrics)
    {
        var at = record.With($"{Scale}, base").Points[^1].Measures;
        var table = new Table("Each model at its own best guidance", "metric",
            Invariant($"base at {at[$"{Scale}, base"]}"), Invariant($"aligned at {at[$"{Scale}, aligned"]}"),
            "difference, 95 % interval");
        foreach (var metric in metrics.Select(EvaluationMetric.Of))
            table.Add(Title(metric), Of(at, metric, "base"), Of(at, metric, "aligned"), Change(at, metric));
        return table;
    }

    private static string Title(EvaluationMetric metric) => $"{metric.Title} {(metric.HigherIsBetter ? "↑" : "↓")}";

    private static double Of(IReadOnlyDictionary<string, double> at, EvaluationMetric metric, string model) =>
        at[$"{metric.Key}, {model}"];

    private static Interval Change(IReadOnlyDictionary<string, double> at, EvaluationMetric metric) => new(
        Of(at, metric, "aligned") - Of(at, metric, "base"),
        at[$"{metric.Key}, change from"], at[$"{metric.Key}, change to"]);
}
