using Tango2.Alignment;
using Tango2.Mini.Foley;
using Tango2.Mini.Truth;
using Tango2.Preferences;
using Tango2.Training;

namespace Tango2.Mini.Lab;

/// <summary>The paper's data: candidate clips by the base model, and their ranking by the filter's CLAP models.</summary>
internal static class CandidateStage
{
    private const string Name = "candidates";
    private const int Prompts = 192;

    /// <summary>Writes the plan, and generates its clips; each batch is kept as it is made.</summary>
    public static LabStage Candidates { get; } = new WorkStage(
        Name, "candidate clips of strategies 1.1, 1.2, 2 and 3", Generate, TestCandidates)
    {
        Needs = LabProduct.Generating,
        Makes = [LabProduct.Plan, LabProduct.Candidates],
    };

    /// <summary>Writes every candidate pair with its scores.</summary>
    public static LabStage Ranking { get; } = new WorkStage(
        "ranking", "CLAP scores of all candidate pairs", Rank, TestRanking)
    {
        Needs = [LabProduct.Plan, LabProduct.Candidates, .. LabProduct.Generating, .. LabProduct.Filtering],
        Makes = [LabProduct.Scores],
        TestNeeds = [LabProduct.Plan, LabProduct.Candidates, .. LabProduct.Generating, LabProduct.Weights("detector")],
    };

    /// <summary>The prompts: true captions of training scenes that no other stage has seen.</summary>
    public static IReadOnlyList<FoleyClip> PromptClips(LabOptions options) =>
        [.. FoleyWorld.Clips(options.Seed + 60, FoleySplit.Train, options.Scaled(Prompts))];

    /// <summary>The candidates that were generated.</summary>
    /// <exception cref="FileNotFoundException">The stage has not finished.</exception>
    /// <exception cref="InvalidDataException">They belong to another run; the message tells what differs.</exception>
    public static CandidateSet Read(LabOptions options)
    {
        StageFolder.Check(options, Candidates);
        try
        {
            return CandidateSet.Read(options.Models.Plan(), StageFolder.PathOf(options, Name));
        }
        catch (FileNotFoundException error) when (error.FileName != options.Models.PlanPath)
        {
            throw new FileNotFoundException(
                $"{error.FileName} does not exist: run `tango2 train mini {Name}` to make the candidates' latents, " +
                "which are not shipped.", error.FileName, error);
        }
    }

    /// <summary>The files that the candidates lie in; none before there is a plan.</summary>
    internal static IEnumerable<string> Paths(LabOptions options) => File.Exists(options.Models.PlanPath)
        ? CandidateSet.Paths(options.Models.Plan(), StageFolder.PathOf(options, Name))
        : [options.Models.PlanPath];

    private static IEnumerable<Progress> Generate(LabOptions options)
    {
        var plan = CandidatePlan.For(PromptClips(options).Select(clip => clip.Caption), options.Seed, new RuleBasedPerturber());
        plan.Write(options.Models.PlanPath);
        return CandidateSet.Generate(options.ModelsOnDevice.TextToAudio(), plan, StageFolder.PathOf(options, Name));
    }

    private static Dictionary<string, double> TestCandidates(LabOptions options)
    {
        using var clips = Read(options);
        return new()
        {
            ["prompts"] = clips.Plan.Select(clip => clip.Number).Distinct().Count(),
            ["clips"] = clips.Plan.Count,
            ["latents' deviation"] = clips.Latents.std().item<float>(),
        };
    }

    private static IEnumerable<Progress> Rank(LabOptions options)
    {
        using var clips = Read(options);
        var models = options.ModelsOnDevice;
        var ranking = new Ranking(clips, models.TextToAudio(), [models.Clap("a"), models.Clap("b")]);
        foreach (var progress in ranking.Score()) yield return progress;
        PreferenceManifest.Write(options.Models.PairsPath, ranking.Pairs());
    }

    private static Dictionary<string, double> TestRanking(LabOptions options)
    {
        var kept = MiniScale.Filter.Keep(options.Models.Candidates());
        using var clips = Read(options);
        return PairSummary.Table(kept).ToDictionary(row => $"pairs kept, strategy {row.Label}", row => (double)row.Pairs)
            .Concat(PairTruth.Shares(
                clips, PromptClips(options), options.Models.TextToAudio(), options.Models.Detector(), kept))
            .ToDictionary();
    }
}
