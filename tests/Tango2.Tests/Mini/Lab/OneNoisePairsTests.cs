using Tango2.Mini.Lab;
using Tango2.Pipelines;
using Tango2.Preferences;
using Tango2.Tensors;

namespace Tango2.Tests.Mini.Lab;

public sealed class OneNoisePairsTests : IDisposable
{
    private const int First = 4, Prompts = 2, Samples = 6;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();
    private readonly TextToAudio _tango = MiniModels.Default.TextToAudio();

    private LabOptions Options => new() { Models = MiniModels.Default, WorkFolder = _folder.FullName };

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Losers_are_made_from_the_noise_of_their_prompts_best_sample()
    {
        using var scope = NewDisposeScope();
        var pairs = Of("whole");
        var told = pairs.Make(_tango).ToArray();
        Assert.Equal(told.Select(progress => progress.Done).Order(), told.Select(progress => progress.Done));
        Assert.Equal(told[^1].Of, told[^1].Done);
        Assert.All(told, progress => Assert.InRange(progress.Done, 0, progress.Of));

        using var clips = pairs.Clips();
        var seed = Seeds.Derive(Options.Seed, "one noise", First);
        var generation = new GenerationOptions { Sampler = MiniScale.Generation.Sampler, Steps = 8, GuidanceScale = CandidatePlan.GuidanceScale };
        foreach (var (i, scene) in OneNoisePairs.Scenes(Options, First, Prompts).Index())
        {
            long[] noises = [.. Enumerable.Range(i * Samples, Samples).Select(sample => Seeds.Derive(seed, "samples", sample))];
            string[] prompts = [.. noises.Select(_ => scene.Caption)];
            var sound = _tango.Generate(prompts, noises, generation);
            var (a, b) = (Options.Models.Clap("a").Score(sound, prompts), Options.Models.Clap("b").Score(sound, prompts));
            PlannedClip[] planned = [.. clips.Plan.Where(clip => clip.Number == i)];
            var chosen = Array.IndexOf(noises, planned[0].Seed);
            Assert.InRange(a[chosen] + b[chosen], a.Zip(b, (x, y) => x + y).Max() - 2e-3, double.PositiveInfinity); // latents are kept in half precision
            Assert.All(planned, clip => Assert.Equal((scene.Caption, planned[0].Seed), (clip.Prompt, clip.Seed)));
            Assert.Equal(scene.Caption, planned[0].Text);
            Assert.All(planned.Skip(1), clip => Assert.NotEqual(scene.Caption, clip.Text));
        }

        Assert.All(pairs.Candidates(), pair => Assert.True(pair.Strategy >= Strategy.Perturbed));
        Assert.Equal(clips.Plan.Count - Prompts, pairs.Candidates().Count); // each loser once
    }

    [Fact]
    public void What_was_stopped_ends_in_the_same_pairs()
    {
        using var scope = NewDisposeScope();
        foreach (var _ in Of("whole").Make(_tango)) { }
        foreach (var stop in new[] { 1, 2, 3 }) Assert.Equal(stop, Of("parts").Make(_tango).Take(stop).Count());
        foreach (var _ in Of("parts").Make(_tango)) { }
        Assert.Empty(Of("parts").Make(_tango)); // all is there
        foreach (var file in new[] { "plan.jsonl", "candidates.jsonl" })
            Assert.Equal(File.ReadAllText(At("whole", file)), File.ReadAllText(At("parts", file)));
    }

    private OneNoisePairs Of(string run) => new(Options, Path.Combine(_folder.FullName, run), First, Prompts);

    private string At(string run, string file) => Path.Combine(_folder.FullName, run, "pairs", file);
}
