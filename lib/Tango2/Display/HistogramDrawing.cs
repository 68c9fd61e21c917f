using OxyPlot;
using OxyPlot.Series;
using Tango2.Charts;
using static System.FormattableString;

namespace Tango2.Display;

/// <summary>Histograms with common bins, laid over each other.</summary>
internal static class HistogramDrawing
{
    private const int Height = 300;

    /// <summary>Draws them.</summary>
    /// <param name="title">What is counted.</param>
    /// <param name="xLabel">The quantity and its unit.</param>
    /// <param name="bins">Number of equal bins between the smallest and the largest value.</param>
    /// <param name="groups">Values by group.</param>
    public static Figure Of(string title, string xLabel, int bins, (string Name, double[] Values)[] groups)
    {
        var all = groups.SelectMany(group => group.Values).Where(double.IsFinite).ToArray();
        if (all.Length == 0) throw new ArgumentException($"'{title}' has no finite value to count.", nameof(groups));
        var low = all.Min();
        var width = Math.Max((all.Max() - low) / bins, 1e-12);
        var model = Drawing.Model(title, xLabel, "count");
        var counted = groups.Select(group => (group.Name, Counts: Counts(group.Values, low, width, bins))).ToArray();
        for (var i = 0; i < counted.Length; i++) AddCounts(model, i, counted[i].Name, counted[i].Counts, low, width);
        Drawing.Legend(model);
        double[] centres = [.. Enumerable.Range(0, bins).Select(b => low + (b + 0.5) * width)];
        return Drawing.Figure(title, model, Height, counted.Select((group, i) =>
            new Columns(group.Name, Drawing.Hex(i), centres, group.Counts)
            {
                Notes = AtOrAbove(group.Counts, low, width),
            }));
    }

    /// <summary>Pale bars under an outline of the group's own stroke: where colours mix, the outlines remain.</summary>
    private static void AddCounts(PlotModel model, int group, string name, double[] counts, double low, double width)
    {
        var bars = new RectangleBarSeries { StrokeThickness = 0, FillColor = OxyColor.FromAColor(70, Drawing.Colour(group)) };
        var outline = new LineSeries
        {
            Title = name,
            Color = Drawing.Colour(group),
            Dashes = Drawing.Stroke(group),
            StrokeThickness = 1.5,
        };
        outline.Points.Add(new(low, 0));
        for (var b = 0; b < counts.Length; b++)
        {
            var (from, to) = (low + b * width, low + (b + 1) * width);
            bars.Items.Add(new(from, 0, to, counts[b]));
            outline.Points.Add(new(from, counts[b]));
            outline.Points.Add(new(to, counts[b]));
        }
        outline.Points.Add(new(low + counts.Length * width, 0));
        model.Series.Add(bars);
        model.Series.Add(outline);
    }

    private static double[] Counts(double[] values, double low, double width, int bins)
    {
        var counts = new double[bins];
        foreach (var value in values)
            if (double.IsFinite(value)) counts[Math.Clamp((int)((value - low) / width), 0, bins - 1)]++;
        return counts;
    }

    /// <summary>What a threshold at the lower edge of each bin would keep.</summary>
    private static string[] AtOrAbove(double[] counts, double low, double width)
    {
        var (left, all) = (counts.Sum(), Math.Max(1, counts.Sum()));
        return [.. counts.Select((count, b) =>
        {
            var note = Invariant($"from {low + b * width:G3}: {left / all:P0}");
            left -= count;
            return note;
        })];
    }
}
