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
    private readonly string _samples = Path.Combine(folder, "samples"), _pairs = Path.Combine(folder, "pairs");

    /// <summary>The scores of all pairs, written when all clips are made.</summary>
    public string ScoresPath => Path.Combine(_pairs, "candidates.jsonl");

    // Written when all samples are scored.
    private string PlanPath => Path.Combine(_pairs, "plan.jsonl");

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
            foreach (var progress in GenerateAndScore(tango, PlanOf(Noises(), perturbations: 0), _samples, phase: 0, WritePlan))
                yield return progress;
        }

        if (File.Exists(ScoresPath)) yield break;
        foreach (var progress in GenerateAndScore(tango, Plan(), _pairs, phase: 1, WriteScores))
            yield return progress;
    }

    /// <summary>What the clips of the pairs are made by.</summary>
    /// <exception cref="FileNotFoundException">The samples are not all made and scored.</exception>
    public CandidatePlan Plan() => CandidatePlan.Read(PlanPath);

    /// <summary>The clips of the pairs.</summary>
    /// <exception cref="FileNotFoundException">They are not all made.</exception>
    public CandidateSet Clips() => CandidateSet.Read(Plan(), _pairs);

    /// <summary>All pairs with their scores.</summary>
    public IReadOnlyList<PreferencePair> Candidates() => PreferenceManifest.Read(ScoresPath, checkFiles: false);

    // The samples of a prompt follow one another.
    private IEnumerable<(string Prompt, long Noise)> Noises() => Scenes(options, first, count).SelectMany((clip, prompt) => Enumerable
        .Range(prompt * Samples, Samples).Select(sample => (clip.Caption, Seeds.Derive(_seed, "samples", sample))));

    private static IEnumerable<(string Prompt, long Noise)> Best(IReadOnlyList<(PlannedClip Clip, ScoredClip Scored)> samples) => samples
        .Chunk(Samples).Select(prompt => prompt.MaxBy(sample => sample.Scored.Scores.Sum()).Clip).Select(best => (best.Prompt, best.Seed));

    private CandidatePlan PlanOf(IEnumerable<(string Prompt, long Noise)> noises, int perturbations) =>
        CandidatePlan.OfOneNoise(noises, perturbations, Steps, _seed, new RuleBasedPerturber());

    private void WritePlan(Ranking samples)
    {
        Directory.CreateDirectory(_pairs);
        PlanOf(Best(samples.Scored), Perturbations).Write(PlanPath);
    }

    private void WriteScores(Ranking pairs) => PreferenceManifest.Write(ScoresPath, pairs.Pairs());

    // Each of the two phases counts as half of the work, and scoring as a tenth of a phase.
    private IEnumerable<Progress> GenerateAndScore(TextToAudio tango, CandidatePlan plan, string place, int phase, Action<Ranking> then)
    {
        foreach (var (done, of) in CandidateSet.Generate(tango, plan, place, MiniScale.Generation.Sampler)) yield return At(0.9 * done / of);
        using var clips = CandidateSet.Read(plan, place);
        var models = options.ModelsOnDevice;
        var ranking = new Ranking(clips, tango, [models.Clap("a"), models.Clap("b")]);
        foreach (var (done, of) in ranking.Score()) yield return At(0.9 + (0.1 * done / of));
        then(ranking);

        Progress At(double share) => new((int)(1000 * (phase + share)), 2000);
    }
}
