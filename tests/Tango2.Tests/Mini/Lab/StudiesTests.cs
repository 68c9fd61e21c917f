using Tango2.Evaluation;
using Tango2.Mini.Lab;
using Tango2.Pipelines;

namespace Tango2.Tests.Mini.Lab;

/// <summary>The lab's studies with the shipped weights, on eight prompts.</summary>
public sealed class StudiesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public StudiesTests()
    {
        foreach (var file in Directory.GetFiles(MiniModels.Default.Folder)) File.Copy(file, At(Path.GetFileName(file)));
    }

    private LabOptions Options => new() { Models = new(_folder.FullName), WorkFolder = At("work"), Effort = 0.002 };

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Ways_are_measured_beside_the_reference_once()
    {
        var reference = MiniScale.Generation with { Sampler = Sampler.Ddpm, Steps = 3, BatchSize = 4 };
        GenerationOptions[] ways = [reference with { Steps = 2 }, reference with { Sampler = Sampler.Ddim, Eta = 1 }, reference];
        foreach (var _ in SamplerStage.Measure(Options, reference, ways)) { }
        var table = SamplerTable.Read(At("samplers.json"))!;
        Assert.Equal((8, reference), (table.Prompts, table.Reference));
        Assert.Equal(ways, table.Rows.Select(row => row.Way));
        Assert.All(table.Rows[2].Changes.Values, change => Assert.Equal(0, change.Interval.Estimate));
        Assert.All(table.Rows.Take(2), row => Assert.NotEqual(0, row[Metric.ClapIndependent].Interval.Estimate));
        var made = Directory.GetFiles(At("work"), "*.safetensors", SearchOption.AllDirectories);
        Assert.Equal(3, made.Length); // the reference is one of the ways
        var written = made.Select(File.GetLastWriteTimeUtc).ToArray();
        var told = SamplerStage.Measure(Options, reference, ways).ToArray();
        Assert.Equal(told[^1].Of, told[^1].Done);
        Assert.Equal(written, made.Select(File.GetLastWriteTimeUtc));
    }

    [Fact]
    public void Rounds_go_on_from_the_model_before_and_stand_beside_rows_that_are_trained_here()
    {
        MiniLab.Train(Options, ["unet-online"], cancellation: TestContext.Current.CancellationToken);
        var rounds = Enumerable.Range(0, OnlineStage.Rounds).Select(round => OnlineStage.Pairs(Options, round)).ToArray();
        var prompts = rounds.SelectMany(pairs => pairs.Candidates().Select(pair => pair.Prompt).Distinct()).ToArray();
        Assert.Equal(prompts.Length, prompts.Distinct().Count());
        Assert.Equal(OnlineStage.Candidates(Options).Count(), rounds.Sum(pairs => pairs.Candidates().Count));

        var settings = MiniScale.GuidedAlignment with { Batch = 4, DpoEpochs = 1 };
        AblationTraining[] rows =
        [
            new(new("trained here", all => [.. all.Take(4)], settings), new(rounds[0].Candidates(), rounds[0].Clips)),
            new(new("rounds", MiniScale.GuidedFilter.Keep, OnlineStage.Settings), PairSource.Online(Options), "online"),
        ];
        foreach (var _ in AblationStage.Work(Options, "recipes", rows, 3, 1)) { }
        var table = AblationTable.Read(At("recipes.json"))!;
        Assert.Equal(["trained here", "rounds"], table.Rows.Select(row => row.Name));
        Assert.Equal((4, 1), (table.Rows[0].Pairs, table.Rows[0].Steps));
        Assert.All(table.Rows[0].FromFirst.Values, change => Assert.Equal(0, change.Estimate));
        foreach (var metric in new[] { Metric.Clap, Metric.ClapIndependent, Metric.Fad })
        {
            Assert.All(table.Rows, row => Assert.NotEqual(0, row.ChangeOf(metric).Estimate));
            Assert.Equal(
                table.Rows[1].ChangeOf(metric).Estimate - table.Rows[0].ChangeOf(metric).Estimate, table.Rows[1].FromFirst[metric.Key].Estimate, 1e-9);
        }

        // What the rows made is beside the table: in another work folder, where no pairs are, the table is made again and is the same.
        Assert.Equal(2, Directory.GetFiles(At("recipes")).Length);
        var told = File.ReadAllText(At("recipes.json"));
        File.Delete(At("recipes.json"));
        foreach (var _ in AblationStage.Work(Options with { WorkFolder = At("other") }, "recipes", rows, 3, 1)) { }
        Assert.Equal(told, File.ReadAllText(At("recipes.json")));
    }

    private string At(string file) => Path.Combine(_folder.FullName, file);
}
