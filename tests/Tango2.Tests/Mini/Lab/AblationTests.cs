using Tango2.Mini.Lab;
using Tango2.Preferences;
using Tango2.Studies;
using Tango2.Evaluation;

namespace Tango2.Tests.Mini.Lab;

public sealed class AblationTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    // Four strategies at every difference from 0 to 0.4, the same with both models.
    private static readonly PreferencePair[] Candidates =
    [
        .. from strategy in Enum.GetValues<Strategy>()
           from step in Enumerable.Range(0, 41)
           let score = new PairScore(0.9, 0.9 - (0.01 * step))
           select new PreferencePair("a dog barks", "w", $"l{step}", strategy, [score, score]),
    ];

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_variant_without_a_strategy_keeps_the_other_pairs_as_they_are()
    {
        var all = Kept("all strategies");
        Assert.Equal(all.Where(p => p.Strategy != Strategy.TemporallyPerturbed), Kept("without strategy 3"));
        Assert.Equal(all.Where(p => p.Strategy != Strategy.Perturbed), Kept("without strategy 2"));
        Assert.All(Kept("without strategy 1"), p => Assert.True(p.Strategy >= Strategy.Perturbed));
        Assert.Equal(all.Count, Kept("without strategies 2 and 3").Count + Kept("without strategy 1").Count);
    }

    [Fact]
    public void A_larger_least_difference_keeps_fewer_of_the_same_pairs()
    {
        var (any, all, twice) = (Kept("any difference"), Kept("all strategies"), Kept("twice the difference"));
        Assert.True(any.Count > all.Count && all.Count > twice.Count && twice.Count > 0);
        Assert.Subset(any.ToHashSet(), all.ToHashSet());
        Assert.Subset(all.ToHashSet(), twice.ToHashSet());
        Assert.Equal([any.Count, all.Count, twice.Count], Ablations.Kept(MiniScale.Filter, Candidates, 0, 1, 2));
    }

    [Fact]
    public void Sft_is_trained_without_dpo_and_once_for_as_many_steps()
    {
        AblationVariant Of(string name) => MiniAblations.All.Single(v => v.Name == name);
        Assert.Equal(0, Of("SFT only").Settings.DpoEpochs);
        Assert.Equal(Of("all strategies").Steps(500), Of("SFT only, as many steps").Steps(500));
        Assert.True(Of("SFT only").Steps(500) < Of("all strategies").Steps(500));
        Assert.Equal(0, Of("SFT only").Steps(0));
    }

    [Fact]
    public void A_table_comes_back_from_its_file_with_NaN_and_intervals()
    {
        var path = Path.Combine(_folder.FullName, "ablations.json");
        Assert.Null(AblationTable.Read(path));
        var row = new AblationRow("SFT only", 3, 5, 2, Values(0.5), new Dictionary<string, Tango2.Metrics.Interval>
        {
            ["clap"] = new(0.1, -0.1, 0.3),
            ["fad"] = new(double.NaN, double.NaN, double.NaN),
        }, "all", new Dictionary<string, Tango2.Metrics.Interval> { ["clap"] = new(0.05, 0, 0.1) });
        new AblationTable(8, Values(0.4), [row]).Write(path);
        var read = AblationTable.Read(path)!;
        Assert.Equal((8, 0.4, 2), (read.Prompts, read.Base["clap"], read.Row("SFT only")!.Trainings));
        Assert.Equal(new(0.1, -0.1, 0.3), read.Row("SFT only")!.Change["clap"]);
        Assert.True(double.IsNaN(read.Row("SFT only")!.Change["fad"].Estimate));
        Assert.Null(read.Row("all strategies"));
        Assert.Contains("`tango2 train mini recipes` makes it", $"{Ablations.FromOther(null, "recipes", Metric.Clap)}", StringComparison.Ordinal);
        AblationRow[] rows = [row with { Name = "all" }, row, row with { Name = "more", Other = "SFT only" }];
        Assert.Equal(
            ["variant\tpairs\tupdates\tCLAP, the filter's model ↑", "SFT only\t3\t5\t0.05 [0, 0.1]", "more; beside SFT only\t3\t5\t0.05 [0, 0.1]"],
            $"{Ablations.FromOther(read with { Rows = rows }, "ablations", Metric.Clap)}".Split('\n'));
        AblationRow[] ranked = [row, row with { Name = "less", Accuracy = 0.6 }, row with { Name = "more", Accuracy = 0.8 }];
        Assert.Equal(
            ["trained by\taccuracy, last updates\tCLAP, the filter's model ↑", "more\t0.8\t0.1 [-0.1, 0.3]", "less\t0.6\t0.1 [-0.1, 0.3]"],
            $"{Ablations.Accuracies(read with { Rows = ranked }, "ablations", Metric.Clap)}".Split('\n'));
    }

    [Fact]
    public void A_file_that_is_no_table_is_named()
    {
        var path = Path.Combine(_folder.FullName, "ablations.json");
        File.WriteAllText(path, "{}");
        Assert.Contains("must hold base, and rows with change and fromOther", Assert.Throws<InvalidDataException>(
            () => AblationTable.Read(path)).Message, StringComparison.Ordinal);
        File.WriteAllText(path, "[");
        Assert.Contains("is no table of ablations", Assert.Throws<InvalidDataException>(
            () => AblationTable.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_paper_row_of_a_variant_exists_and_the_stage_is_the_last()
    {
        var rows = MiniAblations.All.Where(v => v.PaperRow is not null).ToArray();
        Assert.Equal(5, rows.Length);
        Assert.All(rows, v => Assert.NotNull(Paper.Value(v.PaperRow!, "CLAP")));
        Assert.Equal("ablations", MiniLab.Stages[^1].Name);
    }

    private static IReadOnlyList<PreferencePair> Kept(string name) =>
        MiniAblations.All.Single(v => v.Name == name).Keep(Candidates);

    private static Dictionary<string, double> Values(double clap) => new() { ["clap"] = clap };
}
