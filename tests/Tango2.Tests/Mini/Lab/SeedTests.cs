using Tango2.Alignment;
using Tango2.Mini.Foley;
using Tango2.Mini.Lab;
using Tango2.Preferences;
using Tango2.Studies;

namespace Tango2.Tests.Mini.Lab;

/// <summary>What a folder's candidates were made by is told by its plan, whatever the seed of the lab was.</summary>
public sealed class SeedTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void The_shipped_plan_is_that_of_the_first_seed() =>
        Assert.Equal(PlanOf(seed: 1, prompts: 192), MiniModels.Default.Plan());

    // Notebooks 05 and 06 once made the clips of seed 1 again, whatever the folder's was.
    [Fact]
    public void After_a_lab_of_seed_2_its_pairs_give_the_clips_of_seed_2()
    {
        using var scope = NewDisposeScope();
        foreach (var file in new[]
        {
            "tokenizer.model", "text-encoder.safetensors", "vae.safetensors", "vocoder.safetensors", "unet-base.safetensors",
            "clap-vocab.json", "clap-merges.txt", "clap-a.safetensors", "clap-b.safetensors", "detector.safetensors",
        })
            File.Copy(MiniModels.Default.PathOf(file), Path.Combine(_folder.FullName, file));
        var options = new LabOptions
        {
            Models = new(_folder.FullName),
            WorkFolder = Path.Combine(_folder.FullName, "work"),
            Seed = 2,
            Effort = 0.01,
        };
        MiniLab.Train(options, ["candidates", "ranking"], cancellation: TestContext.Current.CancellationToken);

        // As the notebooks do it: the folder is all that they know.
        var studio = new Studio(new(_folder.FullName));
        var plan = studio.Models.Plan();
        var pairs = BorderlinePairs.Nearest(studio.Models.Candidates(), MiniScale.Thresholds, 3);
        var sounds = studio.Sounds(pairs);
        using var ready = studio.Pairs(pairs);

        Assert.Equal(PlanOf(seed: 2, prompts: 2), plan);
        Assert.Empty(plan.Select(clip => clip.Prompt).Intersect(MiniModels.Default.Plan().Select(clip => clip.Prompt)));
        using var made = CandidateSet.Read(plan, Path.Combine(options.WorkFolder, "candidates"));
        var batch = ready.Batch([.. Enumerable.Range(0, pairs.Count)]);
        // The stage's latents are kept in half precision, which has 11 bits.
        Golden.Close(made.LatentsOf(pairs.Select(pair => pair.Winner)), batch.Winners, 2e-3, 1e-3, "winners");
        Golden.Close(made.LatentsOf(pairs.Select(pair => pair.Loser)), batch.Losers, 2e-3, 1e-3, "losers");
        foreach (var pair in pairs)
        {
            Assert.Equal(plan.Named(pair.Winner).Prompt, pair.Prompt);
            var heard = tensor(sounds[pair.Winner].Samples).unsqueeze(0);
            Golden.Close(studio.Base.Decode(made.LatentsOf([pair.Winner])), heard, 2e-2, 0, pair.Winner);
        }
    }

    private static CandidatePlan PlanOf(long seed, int prompts) => CandidatePlan.For(
        FoleyWorld.Clips(seed + 60, FoleySplit.Train, prompts).Select(clip => clip.Caption), seed, new RuleBasedPerturber());
}
