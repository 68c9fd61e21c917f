using Tango2.Display;
using Tango2.Metrics;

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
        (string, double[], double[]) Of(string model) =>
            (model, record.Values(Scale), record.Values($"{metric}, {model}"));
        return Figures.Curves($"{title} over guidance", "guidance scale w", title, Of("base"), Of("aligned"));
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
            foreach (var at in record.Points.Select(p => p.Measures))
            {
                var (before, after) = (at[$"{metric.Key}, base"], at[$"{metric.Key}, aligned"]);
                table.Add($"{metric.Title} {(metric.HigherIsBetter ? "↑" : "↓")}", at[Scale], before, after,
                    new Interval(after - before, at[$"{metric.Key}, change from"], at[$"{metric.Key}, change to"]));
            }
        }
        return table;
    }
}
