using Tango2.Evaluation;
using Tango2.Studies;

namespace Tango2.Tests.Studies;

public class GuidanceStudyTests
{
    private static readonly GuidanceTable Table = new(
        24,
        [
            Point(1, 1, before: 0.5, after: 0.7, from: 0.1, to: 0.3), Point(3, 3, before: 0.8, after: 0.75, from: -0.1, to: 0.05),
        ],
        Point(3, 1.5, before: 0.8, after: 0.9, from: 0.05, to: 0.15), 48);

    [Fact]
    public void Table_has_a_row_for_each_metric_and_scale()
    {
        var rows = GuidanceStudy.Table(Table, Metric.Oer, Metric.Clap).ToString().Split('\n');
        Assert.Equal(1 + 4, rows.Length);
        Assert.Equal("CLAP, the filter's model ↑\t3\t0.8\t0.75\t-0.05 [-0.1, 0.05]", rows[4]);
    }

    // trial 21: a unit was missing.
    [Fact]
    public void The_axis_has_the_metrics_unit()
    {
        Assert.Contains("[cosine]", GuidanceStudy.Curves(Table, Metric.Clap).Plotly!);
        Assert.Contains("OER [share of prompts]", GuidanceStudy.Curves(Table, Metric.Oer).Plotly!);
        Assert.Equal("DUR [s], by the detector", Metric.Dur.ByDetector.AxisLabel);
        Assert.Equal("FAD", Metric.Fad.AxisLabel);
        Assert.Equal("truth.oer", $"{Metric.Oer.ByDetector}"); // told whole, a metric never ends
    }

    [Fact]
    public void Models_at_their_best_are_a_point_of_their_own()
    {
        Assert.Equal(
            "metric\tbase at 3\taligned at 1.5\tdifference, 95 % interval\n" +
            "CLAP, the filter's model ↑\t0.8\t0.9\t0.1 [0.05, 0.15]",
            GuidanceStudy.AtBest(Table, Metric.Clap).ToString());
        var other = Table with { Best = Point(1, 1, before: 0, after: 1, from: 1, to: 1) };
        Assert.Equal(GuidanceStudy.Table(Table, Metric.Clap).ToString(), GuidanceStudy.Table(other, Metric.Clap).ToString());
        Assert.Equal(GuidanceStudy.Curves(Table, Metric.Clap).Svg, GuidanceStudy.Curves(other, Metric.Clap).Svg);
    }

    [Fact]
    public void Shipped_table_has_every_scale_and_the_one_that_generation_uses()
    {
        var table = Studio.Open().Guidance();
        Assert.Equal([1, 1.5, 2, 3, 5], table.Points.Select(point => point.Base));
        Assert.All(table.Points, point => Assert.Equal(point.Base, point.Aligned));
        Assert.Equal(MiniScale.Generation.GuidanceScale, table.At(MiniScale.Generation.GuidanceScale).Base);
        Assert.Contains("aligned at", GuidanceStudy.AtBest(table, Metric.Oer.ByDetector).ToString(), StringComparison.Ordinal);
        Assert.Contains("aligned", GuidanceStudy.Curves(table, Metric.ClapIndependent).Svg, StringComparison.Ordinal);
    }

    private static GuidancePoint Point(double scale, double aligned, double before, double after, double from, double to)
    {
        var change = new Change(before, after, new(after - before, from, to));
        return GuidancePoint.Of(
            scale, aligned, new Dictionary<Metric, Change> { [Metric.Clap] = change, [Metric.Oer] = change },
            [Metric.Clap, Metric.Oer]);
    }
}
