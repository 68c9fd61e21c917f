using Tango2.Alignment;
using Tango2.Mini.Foley;
using Tango2.Pipelines;
using Tango2.Preferences;
using Tango2.Tensors;
using Tango2.Training;

namespace Tango2.Mini.Lab;

/// <summary>
/// Pairs of one noise, in a folder: of several clips that a model makes of a prompt the best by the filter's CLAP models, and clips of
/// perturbed prompts from the very noise of that one. Winner and loser differ in little but what was asked, and the winner is one of
/// the best that the model can do.
/// </summary>
/// <param name="options">The run.</param>
/// <param name="folder">Where they lie; for these prompts and one model alone.</param>
/// <param name="first">The first prompt's number.</param>
/// <param name="count">How many.</param>
internal sealed class OneNoisePairs(LabOptions options, string folder, int first, int count)
{
    private const int Samples = 6, Perturbations = 2, Steps = 8;

    // More of what is hard than the base was trained on.
    private static readonly SceneMix Mix = new(Single: 0.06, Pair: 0.36, While: 0.17, Background: 0.14, Longer: 0.27);

    private readonly long _seed = Seeds.Derive(options.Seed, "one noise", first);

    /// <summary>The scores of all pairs, written when all clips are made.</summary>
    public string ScoresPath { get; } = Path.Combine(folder, "candidates.jsonl");

    private string PlanPath => Path.Combine(folder, "plan.jsonl");

    /// <summary>Where the prompts come from.</summary>
    /// <inheritdoc cref="OneNoisePairs(LabOptions, string, int, int)"/>
    public static IEnumerable<FoleyClip> Scenes(LabOptions options, int first, int count) =>
        FoleyWorld.Clips(options.Seed + 61, FoleySplit.Train, first + count, Mix).Skip(first);

    /// <summary>Generates and scores the clips; what is there is kept.</summary>
    /// <param name="tango">The model.</param>
    public IEnumerable<Progress> Make(TextToAudio tango)
    {
        if (!File.Exists(PlanPath))
        {
            var samples = Plan(Scenes(options, first, count).SelectMany((clip, i) =>
                Enumerable.Range(0, Samples).Select(k => (clip.Caption, Seeds.Derive(_seed, "samples", (i * Samples) + k)))), 0);
            foreach (var progress in Score(tango, samples, "samples", 0, ranking => Plan(Best(ranking.Scored), Perturbations).Write(PlanPath)))
                yield return progress;
        }
        if (File.Exists(ScoresPath)) yield break;
        var chosen = CandidatePlan.Read(PlanPath);
        foreach (var progress in Score(tango, chosen, "", 1, ranking => PreferenceManifest.Write(ScoresPath, ranking.Pairs())))
            yield return progress;
    }

    /// <summary>The clips.</summary>
    /// <exception cref="FileNotFoundException">They are not all made.</exception>
    public CandidateSet Clips() => CandidateSet.Read(CandidatePlan.Read(PlanPath), folder);

    /// <summary>All pairs with their scores.</summary>
    public IReadOnlyList<PreferencePair> Candidates() => PreferenceManifest.Read(ScoresPath, checkFiles: false);

    /// <summary>The pairs that the recipe's filter keeps, ready for training.</summary>
    /// <param name="tango">Encodes the prompts.</param>
    /// <exception cref="FileNotFoundException">They are not all made.</exception>
    public PreferenceSet Kept(TextToAudio tango)
    {
        using var clips = Clips();
        return PreferenceSet.From(MiniScale.GuidedFilter.Keep(Candidates()), clips, tango);
    }

    private static IEnumerable<(string Prompt, long Noise)> Best(IReadOnlyList<(PlannedClip Clip, ScoredClip Scored)> samples) => samples
        .Chunk(Samples).Select(prompt => prompt.MaxBy(sample => sample.Scored.Scores.Sum()).Clip).Select(best => (best.Prompt, best.Seed));

    private CandidatePlan Plan(IEnumerable<(string Prompt, long Noise)> noises, int perturbations) =>
        CandidatePlan.OfOneNoise(noises, perturbations, Steps, _seed, new RuleBasedPerturber());

    // One half of the work, of which scoring is a tenth.
    private IEnumerable<Progress> Score(TextToAudio tango, CandidatePlan plan, string part, int half, Action<Ranking> end)
    {
        var place = Path.Combine(folder, part);
        foreach (var (done, of) in CandidateSet.Generate(tango, plan, place, MiniScale.Generation.Sampler)) yield return Part(0.9 * done / of);
        using var clips = CandidateSet.Read(plan, place);
        var ranking = new Ranking(clips, tango, [options.Models.Clap("a"), options.Models.Clap("b")]);
        foreach (var (done, of) in ranking.Score()) yield return Part(0.9 + (0.1 * done / of));
        end(ranking);

        Progress Part(double share) => new((int)(1000 * (half + share)), 2000);
    }
}
