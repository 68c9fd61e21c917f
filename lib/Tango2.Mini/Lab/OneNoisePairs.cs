using Tango2.Alignment;
using Tango2.Mini.Foley;
using Tango2.Pipelines;
using Tango2.Preferences;
using Tango2.Tensors;
using Tango2.Training;

namespace Tango2.Mini.Lab;

/// <summary>
/// Pairs of one noise: a model's clips of prompts that nothing else has seen, and of perturbed prompts from the very same noise, in a
/// folder. Winner and loser differ in little but what was asked.
/// </summary>
/// <param name="options">The run.</param>
/// <param name="folder">Where they lie; for these prompts and one model alone.</param>
/// <param name="first">The first prompt's number.</param>
/// <param name="count">How many.</param>
internal sealed class OneNoisePairs(LabOptions options, string folder, int first, int count)
{
    private const int Noises = 3, Perturbations = 1, Steps = 8;

    // More of what is hard than the base was trained on.
    private static readonly SceneMix Mix = new(Single: 0.06, Pair: 0.36, While: 0.17, Background: 0.14, Longer: 0.27);

    private readonly Lazy<CandidatePlan> _plan = new(() => CandidatePlan.OfOneNoise(
        Scenes(options, first, count).Select(clip => clip.Caption), Noises, Perturbations, Steps,
        Seeds.Derive(options.Seed, "one noise", first), new RuleBasedPerturber()));

    /// <summary>The scores of all pairs, written when all clips are made.</summary>
    public string ScoresPath { get; } = Path.Combine(folder, "candidates.jsonl");

    /// <summary>Where the prompts come from.</summary>
    /// <inheritdoc cref="OneNoisePairs(LabOptions, string, int, int)"/>
    public static IEnumerable<FoleyClip> Scenes(LabOptions options, int first, int count) =>
        FoleyWorld.Clips(options.Seed + 61, FoleySplit.Train, first + count, Mix).Skip(first);

    /// <summary>Generates and scores the clips; what is there is kept. Scoring counts as one of ten parts.</summary>
    /// <param name="tango">The model.</param>
    public IEnumerable<Progress> Make(TextToAudio tango)
    {
        foreach (var (done, of) in CandidateSet.Generate(tango, _plan.Value, folder, MiniScale.Generation.Sampler))
            yield return new(9 * done, 10 * of);
        if (File.Exists(ScoresPath)) yield break;
        using var clips = Clips();
        var ranking = new Ranking(clips, tango, [options.Models.Clap("a"), options.Models.Clap("b")]);
        foreach (var (done, of) in ranking.Score()) yield return new((9 * of) + done, 10 * of);
        PreferenceManifest.Write(ScoresPath, ranking.Pairs());
    }

    /// <summary>The clips.</summary>
    /// <exception cref="FileNotFoundException">They are not all made.</exception>
    public CandidateSet Clips() => CandidateSet.Read(_plan.Value, folder);

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
}
