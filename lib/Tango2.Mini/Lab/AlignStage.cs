using Tango2.Alignment;
using Tango2.Evaluation;
using Tango2.Mini.Truth;
using Tango2.Pipelines;
using Tango2.Preferences;
using static System.FormattableString;

namespace Tango2.Mini.Lab;

/// <summary>Aligns the base model on the pairs that the filter keeps.</summary>
internal static class AlignStage
{
    private const string GuidedName = "unet-guided";

    /// <summary>The paper's procedure; what is shipped as the aligned model.</summary>
    public static LabStage Stage { get; } = Of(
        "unet-aligned", "diffusion-DPO on the kept pairs", 1, MiniScale.Alignment, PairSource.Paper, MiniScale.Filter,
        LabProduct.Scores, LabProduct.Plan, LabProduct.Candidates);

    /// <summary>The recipe for the paper's guidance.</summary>
    public static LabStage Guided { get; } =
        OfGuided(GuidedName, "DPO of the guided prediction on pairs of one noise", 1);

    /// <summary>More trainings of the recipe, which differ in nothing but their seed.</summary>
    public static IReadOnlyList<LabStage> More { get; } =
    [
        .. new[] { 2, 3 }.Select(training =>
            OfGuided($"{GuidedName}-{training}", "the recipe with another seed", training) with { Optional = true }),
    ];

    private static LessonStage OfGuided(string name, string purpose, int training) => Of(
        name, purpose, training, MiniScale.GuidedAlignment, PairSource.OneNoise, MiniScale.GuidedFilter, OneNoiseStage.Product);

    private static LessonStage Of(
        string name, string purpose, int training, PreferenceOptions settings, Func<LabOptions, PairSource> source, ClapFilter filter,
        params IReadOnlyList<LabProduct> data) => new(
            name, purpose, options => Prepare(options, settings with { Seed = options.Seed + training - 1 }, source(options), filter),
            options => Test(options, name))
        {
            OnDevice = true,
            Needs = [.. data, .. LabProduct.Generating],
            Makes = [LabProduct.Weights(name)],
            TestNeeds = [.. LabProduct.Generating, .. LabProduct.Evaluating],
        };

    private static Lesson Prepare(LabOptions options, PreferenceOptions settings, PairSource source, ClapFilter filter)
    {
        var models = options.ModelsOnDevice;
        var policy = models.UNet("base");
        var kept = filter.Keep(source.Candidates);
        if (options.Rehearses(kept)) return new(policy, (_, _) => [], policy);
        var tango = models.TextToAudio();
        using var clips = source.Clips();
        var pairs = PreferenceSet.From(kept, clips, tango);
        return new(policy, (state, _) => PreferenceTraining.Run(tango, policy, pairs, settings, state), policy, pairs);
    }

    /// <summary>What a model changes on validation prompts, at the guidance that clips are generated with and at the paper's.</summary>
    /// <param name="options">The run.</param>
    /// <param name="name">The stage whose weights they are.</param>
    public static Dictionary<string, double> Test(LabOptions options, string name)
    {
        var evaluator = options.Models.Evaluator();
        var prompts = EvaluationSet.Validation(options.Seed, options.Scaled(128, 8));
        var (tango, aligned) = (options.Models.TextToAudio(), options.Models.TextToAudio(name["unet-".Length..]));
        return Changes(tango.Defaults, "").Concat(
            Changes(tango.Defaults with { GuidanceScale = CandidatePlan.GuidanceScale }, Invariant($" at w = {CandidatePlan.GuidanceScale}")))
            .ToDictionary();

        Dictionary<string, double> Changes(GenerationOptions generation, string where)
        {
            using var scope = NewDisposeScope();
            return Evaluator.Compare(
                evaluator.Run("base", tango, prompts, generation), evaluator.Run("aligned", aligned, prompts, generation), options.Seed)
                .ToDictionary(m => $"validation change of {m.Key.Key}{where}", m => m.Value.Interval.Estimate);
        }
    }
}
