using Tango2.Display;
using Tango2.Evaluation;
using static System.FormattableString;

namespace Tango2.Studies;

/// <summary>Both models over the guidance scale.</summary>
public static class GuidanceStudy
{
    /// <summary>One metric of the base and of the aligned model at every scale; each point tells the change's interval.</summary>
    public static Figure Curves(GuidanceTable table, Metric metric)
    {
        double[] scales = [.. table.Points.Select(point => point.Base)];
        string[] notes = [.. table.Points.Select(point => $"change {point[metric].Interval}")];
        (string, double[], double[], string[]) Of(string model, Func<Change, double> of) =>
            (model, scales, [.. table.Points.Select(point => of(point[metric]))], notes);
        return Figures.Curves($"{metric.Title} over guidance", "guidance scale w", metric.AxisLabel,
            Of("base", change => change.Before), Of("aligned", change => change.After));
    }

    /// <summary>One row per scale and metric: both models, and the change with its 95 % interval.</summary>
    public static Table Table(GuidanceTable table, params Metric[] metrics)
    {
        var shown = new Table("Base and aligned model at one guidance scale",
            "metric", "w", "base", "aligned", "change, 95 % interval");
        foreach (var metric in metrics)
            foreach (var point in table.Points)
                shown.Add(metric.TitleWithArrow, point.Base, point[metric].Before, point[metric].After, point[metric].Interval);
        return shown;
    }

    /// <summary>One row per metric: each model at the scale that the judge likes best for it, and the difference.</summary>
    public static Table AtBest(GuidanceTable table, params Metric[] metrics)
    {
        var best = table.Best;
        var shown = new Table("Each model at its own best guidance", "metric",
            Invariant($"base at {best.Base}"), Invariant($"aligned at {best.Aligned}"), "difference, 95 % interval");
        foreach (var metric in metrics)
            shown.Add(metric.TitleWithArrow, best[metric].Before, best[metric].After, best[metric].Interval);
        return shown;
    }
}
