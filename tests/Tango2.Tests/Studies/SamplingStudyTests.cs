using Tango2.Display;
using Tango2.Diffusion;
using Tango2.Evaluation;
using Tango2.Pipelines;
using Tango2.Studies;
using Tango2.Tests.Checkpoints;

namespace Tango2.Tests.Studies;

public class SamplingStudyTests
{
    private static readonly GuidanceTable Table = new(
        24,
        [
            Point(1, 1, before: 0.5, after: 0.7, from: 0.1, to: 0.3), Point(3, 3, before: 0.8, after: 0.75, from: -0.1, to: 0.05),
        ],
        Point(3, 1.5, before: 0.8, after: 0.9, from: 0.05, to: 0.15), 48, 3);

    [Fact]
    public void Table_has_a_row_for_each_metric_and_scale()
    {
        var rows = SamplingStudy.Table(Table, Metric.Oer, Metric.Clap).ToString().Split('\n');
        Assert.Equal(1 + 4, rows.Length);
        Assert.Equal("CLAP, the filter's model ↑\t3\t0.8\t0.75\t-0.05 [-0.1, 0.05]", rows[4]);
    }

    // trial 21: a unit was missing.
    [Fact]
    public void The_axis_has_the_metrics_unit()
    {
        Assert.Contains("[cosine]", SamplingStudy.Curves(Table, Metric.Clap).Plotly!);
        Assert.Contains("OER [share of prompts]", SamplingStudy.Curves(Table, Metric.Oer).Plotly!);
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
            SamplingStudy.AtBest(Table, Metric.Clap).ToString());
        var other = Table with { Best = Point(1, 1, before: 0, after: 1, from: 1, to: 1) };
        Assert.Equal(SamplingStudy.Table(Table, Metric.Clap).ToString(), SamplingStudy.Table(other, Metric.Clap).ToString());
        Assert.Equal(SamplingStudy.Curves(Table, Metric.Clap).Svg, SamplingStudy.Curves(other, Metric.Clap).Svg);
    }

    [Fact]
    public void Shipped_table_has_every_scale_and_the_one_that_generation_uses()
    {
        var table = Studio.Open().Guidance();
        Assert.Equal([1, 1.5, 2, 3, 4, 5], table.Points.Select(point => point.Base));
        Assert.All(table.Points, point => Assert.Equal(point.Base, point.Aligned));
        Assert.Equal(MiniScale.Generation.GuidanceScale, table.At(MiniScale.Generation.GuidanceScale).Base);
        Assert.Contains("aligned at", SamplingStudy.AtBest(table, Metric.Oer.ByDetector).ToString(), StringComparison.Ordinal);
        Assert.Contains("aligned", SamplingStudy.Curves(table, Metric.ClapIndependent).Svg, StringComparison.Ordinal);
    }

    [Fact]
    public void The_recipe_is_a_third_curve()
    {
        Assert.DoesNotContain("guided", SamplingStudy.Curves(Table, Metric.Clap).Svg, StringComparison.Ordinal);
        Assert.Contains("guided", SamplingStudy.Curves(Table, Metric.Clap, Table).Svg, StringComparison.Ordinal);
    }

    [Fact]
    public void Samplers_are_told_with_their_factor_and_come_back_from_their_file()
    {
        using var folder = new TemporaryFolder();
        var path = folder["samplers.json"];
        Assert.Null(SamplerTable.Read(path));
        Assert.Contains("train mini samplers", SamplingStudy.Table(SamplerTable.Read(path), Metric.Clap).ToString()!, StringComparison.Ordinal);
        static SamplerRow Row(GenerationOptions way, double after) =>
            new(way, new Dictionary<string, Change> { [Metric.Clap.Key] = new(0.8, after, new(after - 0.8, -0.1, 0.1)) });
        new SamplerTable(24, new() { Steps = 200 }, [
            Row(new() { Sampler = Sampler.Ddim, Steps = 10 }, 0.6), Row(new() { Sampler = Sampler.SdeDpmSolver, Steps = 10 }, 0.75),
            Row(new() { Sampler = Sampler.Ddim, Steps = 10, Eta = 0.5, Spacing = TimestepSpacing.Leading }, 0.7),
        ]).Write(path);
        Assert.Contains("\"sampler\": \"sdeDpmSolver\"", File.ReadAllText(path), StringComparison.Ordinal);
        var table = SamplerTable.Read(path);
        var rows = $"{SamplingStudy.Table(table, Metric.Clap)}".Split('\n');
        Assert.Equal(3, rows.Length);
        Assert.Equal("SDE-DPM-Solver++\t10\t20\t-0.05 [-0.1, 0.1]", rows[2]);
        Assert.Equal(
            ["SDE-DPM-Solver++\tall\t999, 100", "DDIM\tη = 0.5\t901, 1", "DDIM\tnone\t901, 1"],
            $"{SamplingStudy.Ways(table, 10, Metric.Clap)}".Split('\n')[1..].Select(row => row[..row.LastIndexOf('\t')]));
        var curves = Assert.IsType<Figure>(SamplingStudy.Curves(table, Metric.Clap)).Svg;
        Assert.Contains("reference", curves, StringComparison.Ordinal);
        Assert.Equal(0.7, table!.Row(Sampler.Ddim, 10, TimestepSpacing.Leading, 0.5)[Metric.Clap].After);
        Assert.Throws<InvalidOperationException>(() => table.Row(Sampler.Ddim, 10, TimestepSpacing.Trailing));
        foreach (var other in new[] { "{}", """{ "prompts": 8, "reference": { "steps": 200 }, "rows": [{ "sampler": 1, "steps": 8, "changes": {} }] }""" })
        {
            File.WriteAllText(path, other);
            Assert.Contains("must hold reference, and rows with way and changes", Assert.Throws<InvalidDataException>(
                () => SamplerTable.Read(path)).Message, StringComparison.Ordinal);
        }
    }

    private static GuidancePoint Point(double scale, double aligned, double before, double after, double from, double to)
    {
        var change = new Change(before, after, new(after - before, from, to));
        return GuidancePoint.Of(
            scale, aligned, new Dictionary<Metric, Change> { [Metric.Clap] = change, [Metric.Oer] = change },
            [Metric.Clap, Metric.Oer]);
    }
}
