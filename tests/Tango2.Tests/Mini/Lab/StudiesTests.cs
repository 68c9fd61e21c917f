using Tango2.Evaluation;
using Tango2.Mini.Lab;
using Tango2.Pipelines;
using Tango2.Preferences;

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
        OneNoisePairs[] rounds = [.. Enumerable.Range(0, OnlineStage.Rounds).Select(round => OnlineStage.Pairs(Options, round))];
        string[] prompts = [.. rounds.SelectMany(pairs => pairs.Candidates().Select(pair => pair.Prompt).Distinct())];
        Assert.Equal(prompts.Length, prompts.Distinct().Count());
        string Policy(int round) => Directory.GetFiles(At("work"), "policy.safetensors", SearchOption.AllDirectories)
            .Single(path => path.Contains($"round-{round}", StringComparison.Ordinal));
        foreach (var (pairs, own, other) in new[] { (rounds[1], Policy(1), "base"), (rounds[2], Policy(2), Policy(1)) })
        {
            var (near, far) = (FarFrom(pairs, own), FarFrom(pairs, other));
            Assert.True(near < far / 3, $"clips of the model before: {near} from its own, {far} from those of the one before that");
        }
        Assert.Equal(File.ReadAllBytes(Policy(3)), File.ReadAllBytes(At("unet-online.safetensors")));

        var settings = MiniScale.GuidedAlignment with { Batch = 4, DpoEpochs = 1 };
        AblationTraining[] rows =
        [
            new(new("trained here", all => [.. all.Take(4)], settings), PairSource.Of(rounds[0])),
            new(new("shorter", all => [.. all.Take(2)], settings), PairSource.Of(rounds[0])),
            new(new("rounds", MiniScale.GuidedFilter.Keep, OnlineStage.Settings), PairSource.Online(Options), "online", Beside: "shorter"),
        ];
        foreach (var _ in AblationStage.Work(Options, "recipes", rows, 3, 2)) { }
        var table = AblationTable.Read(At("recipes.json"))!;
        Assert.Equal([("trained here", "trained here"), ("shorter", "trained here"), ("rounds", "shorter")], table.Rows.Select(row => (row.Name, row.Other)));
        Assert.Equal((4, 1, 2), (table.Rows[0].Pairs, table.Rows[0].Steps, table.Rows[0].Trainings));
        Assert.All(table.Rows.Take(2), row => Assert.InRange(row.Accuracy ?? -1, 0, 1));
        Assert.Null(table.Rows[2].Accuracy);
        Assert.All(table.Rows[0].FromOther.Values, change => Assert.Equal(0, change.Estimate));
        foreach (var metric in new[] { Metric.Clap, Metric.ClapIndependent, Metric.Fad })
        {
            double Of(int row) => table.Rows[row].ChangeOf(metric).Estimate;
            Assert.All(table.Rows, row => Assert.NotEqual(0, row.ChangeOf(metric).Estimate));
            Assert.Equal(Of(1) - Of(0), table.Rows[1].FromOther[metric.Key].Estimate, 1e-9);
            Assert.Equal(Of(2) - Of(1), table.Rows[2].FromOther[metric.Key].Estimate, 1e-9);
        }

        // What the rows made lies beside the table: nothing is trained again, and what no row has made is cleared away.
        var old = At("recipes/old.safetensors");
        File.WriteAllText(old, "");
        File.WriteAllText(At("recipes/notes.txt"), "of somebody's own");
        var (told, made) = (File.ReadAllText(At("recipes.json")), Directory.GetFiles(At("recipes")));
        File.Delete(At("recipes.json"));
        AblationTraining[] unread = [.. rows.Select(row => row with { Source = row.Source with { Clips = () => throw new InvalidOperationException() } })];
        foreach (var _ in AblationStage.Work(Options, "recipes", unread, 3, 2)) { }
        Assert.Equal(told, File.ReadAllText(At("recipes.json")));
        Assert.Equal(made.Except([old]).Order(), Directory.GetFiles(At("recipes")).Order());

        File.WriteAllText(made.First(file => file.EndsWith(".safetensors", StringComparison.Ordinal) && file != old), "");
        var error = Assert.Throws<InvalidDataException>(() => AblationStage.Work(Options, "recipes", unread, 3, 2).Count());
        Assert.EndsWith("Delete it to have that training made again.", error.Message, StringComparison.Ordinal);
        Assert.Equal(told, File.ReadAllText(At("recipes.json")));
    }

    // The mean difference of a round's clips from those that a model makes of the same plan.
    private double FarFrom(OneNoisePairs pairs, string model)
    {
        using var scope = NewDisposeScope();
        using var clips = pairs.Clips();
        PlannedClip[] some = [.. clips.Plan.Take(3)];
        var made = Options.Models.TextToAudio(model).Latents(
            [.. some.Select(clip => clip.Text)], [.. some.Select(clip => clip.Seed)],
            new() { Sampler = MiniScale.Generation.Sampler, Steps = some[0].Steps, GuidanceScale = CandidatePlan.GuidanceScale });
        return (made - clips.LatentsOf(some.Select(clip => clip.Id))).abs().mean().item<float>();
    }

    private string At(string file) => Path.Combine(_folder.FullName, file);
}
