using Tango2.Checkpoints;
using Tango2.Foley;
using Tango2.Pipelines;
using Tango2.Preferences;
using Tango2.Training;

namespace Tango2.Lab;

/// <summary>Generates the candidate clips of the preference data with the base model; each batch is kept as it is made.</summary>
public static class CandidateStage
{
    private const string Name = "candidates";
    private const int Batch = 32, Prompts = 192;

    /// <summary>The stage.</summary>
    public static LabStage Stage { get; } = new(Name, "candidate clips of strategies 1.1, 1.2, 2 and 3", Train, Test)
    {
        Needs = LabProduct.Generating,
        Makes = [LabProduct.Candidates],
    };

    /// <summary>The prompts: true captions of training scenes that no other stage has seen.</summary>
    public static IReadOnlyList<FoleyClip> PromptClips(LabOptions options) =>
        [.. FoleyWorld.Clips(options.Seed + 60, FoleySplit.Train, options.Scaled(Prompts))];

    /// <summary>All clips to be made, prompt by prompt.</summary>
    public static IReadOnlyList<PlannedClip> Plan(LabOptions options)
    {
        var perturber = new RuleBasedPerturber();
        return [.. PromptClips(options).SelectMany((clip, i) => CandidatePlan.For(i, clip.Caption, options.Seed, perturber))];
    }

    /// <summary>The latents [n, C, T, F] of the plan's clips, in the plan's order.</summary>
    /// <exception cref="FileNotFoundException">The stage has not finished.</exception>
    /// <exception cref="InvalidDataException">They belong to another run; the message tells what differs.</exception>
    public static Tensor Latents(LabOptions options)
    {
        StageFolder.Check(options, Stage);
        using var scope = NewDisposeScope();
        var plan = Plan(options);
        var place = plan.Select((clip, i) => (clip.Id, i)).ToDictionary(p => p.Id, p => (long)p.i);
        var (parts, order) = (new List<Tensor>(), new List<long>());
        foreach (var batch in Batches(plan))
        {
            var path = BatchPath(options, batch);
            if (!File.Exists(path))
                throw new FileNotFoundException(
                    $"{path} does not exist: run `tango2 train mini {Name}` to make the candidates' latents, " +
                    "which are not shipped.", path);
            parts.Add(SafeTensors.Read(path)["latents"].to(float32));
            order.AddRange(batch.Clips.Select(clip => place[clip.Id]));
        }
        return cat(parts).index_select(0, tensor(order.ToArray()).argsort()).MoveToOuterDisposeScope();
    }

    /// <summary>The files that the latents lie in.</summary>
    internal static IEnumerable<string> Paths(LabOptions options) =>
        Batches(Plan(options)).Select(batch => BatchPath(options, batch));

    private static IEnumerable<StepReport> Train(LabOptions options)
    {
        var pipeline = new TextToAudio(options.Models);
        CandidateBatch[] batches = [.. Batches(Plan(options))];
        for (var i = 0; i < batches.Length; i++)
        {
            var path = BatchPath(options, batches[i]);
            if (!File.Exists(path))
            {
                using var scope = NewDisposeScope();
                var clips = batches[i].Clips;
                var latents = pipeline.Latents(
                    [.. clips.Select(c => c.Text)], [.. clips.Select(c => c.Seed)],
                    new() { Steps = clips[0].Steps, GuidanceScale = CandidatePlan.GuidanceScale });
                SafeTensors.Write(path, [new("latents", latents.to(float16))]);
            }
            yield return new(i + 1, batches.Length, 0, 0, 0,
                new Dictionary<string, double> { ["clips"] = batches[i].Clips.Length });
        }
    }

    private static Dictionary<string, double> Test(LabOptions options)
    {
        using var latents = Latents(options);
        return new()
        {
            ["prompts"] = PromptClips(options).Count,
            ["clips"] = latents.shape[0],
            ["latents' deviation"] = latents.std().item<float>(),
        };
    }

    private static IEnumerable<CandidateBatch> Batches(IEnumerable<PlannedClip> plan) => plan
        .GroupBy(clip => clip.Steps).OrderBy(group => group.Key)
        .SelectMany(group => group.Chunk(Batch).Select((clips, i) => new CandidateBatch($"{group.Key:d3}-{i:d4}", clips)));

    private static string BatchPath(LabOptions options, CandidateBatch batch) =>
        StageFolder.PathOf(options, Name, $"{batch.Name}.safetensors");

    private sealed record CandidateBatch(string Name, PlannedClip[] Clips);
}
