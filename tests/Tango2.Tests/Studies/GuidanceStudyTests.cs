using Tango2.Mini.Lab;
using Tango2.Pipelines;
using Tango2.Mini.Truth;
using Tango2.Studies;
using Tango2.Evaluation;

namespace Tango2.Tests.Studies;

public class GuidanceStudyTests
{
    private static readonly TrainingRun Record = new(
    [
        new(1, 0, new Dictionary<string, double>(Measures(before: 0.5, after: 0.7, from: 0.1, to: 0.3)) { ["guidance"] = 1 }),
        new(2, 0, new Dictionary<string, double>(Measures(before: 0.8, after: 0.75, from: -0.1, to: 0.05)) { ["guidance"] = 3 }),
    ]);

    [Fact]
    public void Table_has_a_row_for_each_metric_and_scale()
    {
        var rows = GuidanceStudy.Table(Record, "oer", "clap").ToString().Split('\n');
        Assert.Equal(1 + 4, rows.Length);
        Assert.Equal("CLAP, the filter's model ↑\t3\t0.8\t0.75\t-0.05 [-0.1, 0.05]", rows[4]);
    }

    // trial 21: a unit was missing.
    [Fact]
    public void The_axis_has_the_metrics_unit()
    {
        Assert.Contains("CLAP, the filter's model [cosine]", GuidanceStudy.Curves(Record, "clap").PlotlyJson.Replace("\\u0027", "'"));
        Assert.Contains("OER [share of prompts]", GuidanceStudy.Curves(Record, "oer").PlotlyJson);
        Assert.Equal("DUR [s], by the detector", Metric.Dur.ByDetector.AxisLabel);
        Assert.Equal("FAD", Metric.Fad.AxisLabel);
    }

    [Fact]
    public void Models_at_their_best_are_a_point_of_their_own()
    {
        var best = Measures(before: 0.8, after: 0.9, from: 0.05, to: 0.15);
        (best["guidance, base"], best["guidance, aligned"]) = (3, 1.5);
        var record = new TrainingRun([.. Record.Points, new(3, 0, best)]);
        Assert.Equal(
            "metric\tbase at 3\taligned at 1.5\tdifference, 95 % interval\n" +
            "CLAP, the filter's model ↑\t0.8\t0.9\t0.1 [0.05, 0.15]",
            GuidanceStudy.AtBest(record, "clap").ToString());
        Assert.Equal(GuidanceStudy.Table(Record, "clap").ToString(), GuidanceStudy.Table(record, "clap").ToString());
        Assert.Equal(GuidanceStudy.Curves(Record, "clap").Svg, GuidanceStudy.Curves(record, "clap").Svg);
    }

    [Fact]
    public void Shipped_record_has_every_scale_and_the_one_that_generation_uses()
    {
        var record = TrainingRun.Read(MiniModels.Default, "guidance");
        Assert.Equal(GuidanceStage.Scales, record.Values("guidance"));
        Assert.Contains(GenerationOptions.Default.GuidanceScale, GuidanceStage.Scales);
        Assert.Contains("aligned at", GuidanceStudy.AtBest(record, "truth.oer").ToString(), StringComparison.Ordinal);
        Assert.Contains("aligned", GuidanceStudy.Curves(record, "clapIndependent").Svg, StringComparison.Ordinal);
    }

    private static Dictionary<string, double> Measures(double before, double after, double from, double to)
    {
        var measures = new Dictionary<string, double>();
        foreach (var metric in new[] { "clap", "oer" })
        {
            (measures[$"{metric}, base"], measures[$"{metric}, aligned"]) = (before, after);
            (measures[$"{metric}, change from"], measures[$"{metric}, change to"]) = (from, to);
        }
        return measures;
    }
}
