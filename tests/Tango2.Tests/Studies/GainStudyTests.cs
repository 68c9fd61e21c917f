using System.Text.Json.Nodes;
using Tango2.Evaluation;
using Tango2.Studies;
using Tango2.Tests.Checkpoints;

namespace Tango2.Tests.Studies;

public class GainStudyTests
{
    private static readonly Metric[] Metrics = [Metric.ClapIndependent, Metric.Fad];

    // Better by the judge beside the base at 3, worse by FAD beside it at 4.
    private static readonly GainTable Gain = new(
        new(1024, [Point(1.5, 1.5, 0.5, 0.6, 0.1), Point(3, 3, 0.8, 0.82, 0.01)], Point(4, 3, 0.81, 0.82, 0.02, worse: 0.3), 1024, 4),
        new(512, [Point(3, 3, 0.7, 0.7, 0.1)], Point(4, 3, 0.7, 0.7, 0.1), 512, 4),
        Point(3, 3, 0.8, 0.8, 0.1), [Point(3, 3, 0.8, 0.81, 0.1), Point(3, 3, 0.8, 0.83, 0.1)]);

    [Fact]
    public void Both_comparisons_stand_beside_what_noise_changes()
    {
        var rows = $"{GainStudy.Claims(Gain)}".Split('\n');
        Assert.Equal(
            "metric\trecipe\tbase at 3\tchange from 3\tverdict beside 3\tbase at 4\tchange from 4\tverdict beside 4\tthe base at 3 with other noise", rows[0]);
        Assert.Equal(
            "CLAP, the independent judge ↑\t0.82\t0.8\t0.02 [0.01, 0.03]\tbetter\t0.81\t0.01 [-0.01, 0.03]\t–\t0 [-0.1, 0.1]", rows[1]);
        Assert.StartsWith("FAD ↓\t0.82\t0.8\t0.02 [0.01, 0.03]\tworse\t0.81\t0.31 [0.29, 0.33]\tworse", rows[2], StringComparison.Ordinal);
        Assert.Contains("1,024 fresh test prompts, 2 trainings pooled: the recipe at 3", GainStudy.Claims(Gain).ToHtml(), StringComparison.Ordinal);
        Assert.Contains("512 hard prompts", GainStudy.HardClaims(Gain).ToHtml(), StringComparison.Ordinal);
    }

    [Fact]
    public void Each_training_stands_beside_the_pooled()
    {
        var rows = $"{GainStudy.Trainings(Gain)}".Split('\n');
        Assert.Equal("metric\ttraining 1\ttraining 2\tpooled", rows[0]);
        Assert.Equal(
            "CLAP, the independent judge ↑\t0.01 [-0.09, 0.11]\t0.03 [-0.07, 0.13]\t0.02 [0.01, 0.03]", rows[1]);
    }

    [Fact]
    public void It_comes_back_from_its_file_and_without_one_a_note_tells_how_to_make_it()
    {
        using var folder = new TemporaryFolder();
        var path = folder["gain.json"];
        Assert.All(
            new[] { GainStudy.Claims(GainTable.Read(path)), GainStudy.HardClaims(null), GainStudy.Trainings(null), GainStudy.Curves(null, Metric.Fad) },
            shown => Assert.Contains("train mini gain", $"{shown}", StringComparison.Ordinal));
        Gain.Write(path);
        Assert.Equal($"{GainStudy.Claims(Gain)}", $"{GainStudy.Claims(GainTable.Read(path))}");
        var curves = GainStudy.Curves(GainTable.Read(path), Metrics).ToHtml();
        Assert.Contains("CLAP, the independent judge over guidance", curves, StringComparison.Ordinal);
        Assert.Contains("0.81", curves, StringComparison.Ordinal); // at 3 the first training, not the pooled 0.82
        foreach (var wrong in new[] { Gain with { Test = null! }, Gain with { Trainings = [] }, Gain with { Noise = Point(2, 2, 0.8, 0.8, 0.1) } })
        {
            wrong.Write(path);
            Assert.StartsWith($"{path} must hold noise, trainings, and test and hard with a point", Assert.Throws<InvalidDataException>(
                () => GainTable.Read(path)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_room_has_the_bases_values_and_changes_from_them()
    {
        using var folder = new TemporaryFolder();
        var path = folder["room.json"];
        Assert.Contains("train mini room", $"{GainStudy.Room(RoomTable.Read(path))}", StringComparison.Ordinal);
        var row = new GuidancePoint(3, 3, new Dictionary<string, Change> { [Metric.Clap.Key] = new(0.8, 0.9, new(0.1, 0.05, 0.15)) });
        new RoomTable(8, new Dictionary<string, GuidancePoint> { ["best of 5"] = row, ["real"] = row }).Write(path);
        Assert.Equal(
            "clips\tCLAP, the filter's model ↑\nbase\t0.8\nbest of 5\t0.1 [0.05, 0.15]\nreal\t0.1 [0.05, 0.15]",
            $"{GainStudy.Room(RoomTable.Read(path))}");
        File.WriteAllText(path, "{}");
        Assert.StartsWith($"{path} must hold rows", Assert.Throws<InvalidDataException>(
            () => RoomTable.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_summary_has_both_comparisons_of_the_draw()
    {
        using var folder = new TemporaryFolder();
        Environment.SetEnvironmentVariable("TANGO2_SUMMARY", folder["s.json"]);
        try
        {
            GainStudy.Record(null);
            Assert.False(File.Exists(folder["s.json"]));
            GainStudy.Record(Gain);
            var draw = JsonNode.Parse(File.ReadAllText(folder["s.json"]))!["draw"]!;
            Assert.Equal((1024, 2), ((int)draw["prompts"]!, (int)draw["trainings"]!));
            Assert.Equal((4, 3), ((int)draw["bestOfBase"]!["guidance"]!["base"]!, (int)draw["bestOfBase"]!["guidance"]!["aligned"]!));
            Assert.Equal(0.02, (double)draw["paperGuidance"]!["delta"]!["clapIndependent"]!["mean"]!);
            Assert.Equal(0.81, (double)draw["bestOfBase"]!["models"]!["base"]!["fad"]!);
        }
        finally
        {
            Environment.SetEnvironmentVariable("TANGO2_SUMMARY", null);
        }
    }

    private static GuidancePoint Point(double scale, double recipe, double before, double after, double half, double worse = 0) =>
        GuidancePoint.Of(scale, recipe, Metrics.ToDictionary(metric => metric, metric =>
        {
            var change = after - before + (metric == Metric.Fad ? worse : 0);
            return new Change(before, after, new(change, change - half, change + half));
        }), Metrics);
}
