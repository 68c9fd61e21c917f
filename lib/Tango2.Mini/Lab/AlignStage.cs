using Tango2.Alignment;
using Tango2.Evaluation;
using Tango2.Mini.Truth;

namespace Tango2.Mini.Lab;

/// <summary>Aligns the base model by diffusion-DPO on the pairs that the filter keeps.</summary>
internal static class AlignStage
{
    private const string Name = "unet-aligned";

    /// <summary>The stage.</summary>
    public static LabStage Stage { get; } = new LessonStage(Name, "diffusion-DPO on the kept pairs", Prepare, Test)
    {
        Needs = [LabProduct.Scores, LabProduct.Plan, LabProduct.Candidates, .. LabProduct.Generating],
        Makes = [LabProduct.Weights(Name)],
        TestNeeds = [.. LabProduct.Generating, .. LabProduct.Evaluating],
    };

    private static Lesson Prepare(LabOptions options)
    {
        var tango = options.Models.TextToAudio();
        using var clips = CandidateStage.Read(options);
        var pairs = PreferenceSet.From(MiniScale.Filter.Keep(options.Models.Candidates()), clips, tango);
        var settings = MiniScale.Alignment with { Seed = options.Seed };
        var policy = options.Models.UNet("base");
        return new(policy, (state, _) => PreferenceTraining.Run(tango, policy, pairs, settings, state), policy, pairs);
    }

    private static Dictionary<string, double> Test(LabOptions options)
    {
        var evaluator = options.Models.Evaluator();
        var prompts = EvaluationSet.Validation(options.Seed, options.Scaled(128, 8));
        var before = evaluator.Run("base", options.Models.TextToAudio(), prompts);
        var after = evaluator.Run("aligned", options.Models.TextToAudio("aligned"), prompts);
        return Evaluator.Compare(before, after, options.Seed)
            .ToDictionary(m => $"validation change of {m.Key.Key}", m => m.Value.Interval.Estimate);
    }
}
