using Tango2.Evaluation;
using Tango2.Mini.Foley;
using Tango2.Mini.Truth;
using Tango2.Preferences;
using Tango2.Tensors;
using Tango2.Training;

namespace Tango2.Mini.Lab;

/// <summary>
/// The room above the base, on validation prompts at the paper's guidance: the recipe's model, the best of several of the base's clips,
/// and real clips after autoencoder and vocoder.
/// </summary>
internal static class RoomStage
{
    private const string Name = "room", Base = "base", Recipe = "guided";
    private const int Prompts = 256, Samples = 5;
    private const double Paper = CandidatePlan.GuidanceScale;

    /// <summary>The stage.</summary>
    public static LabStage Stage { get; } = new WorkStage(
        Name, "the recipe beside the best of several clips and real ones", Work, _ => new Dictionary<string, double>())
    {
        Optional = true,
        Needs = [.. LabProduct.Generating, .. LabProduct.Evaluating, LabProduct.Weights($"unet-{Recipe}")],
        Makes = [LabProduct.Of(Name, $"{Name}.json")],
        TestMeasures = false,
    };

    private static IEnumerable<Progress> Work(LabOptions options)
    {
        var set = EvaluationSet.Validation(options.Seed + 3, options.Scaled(Prompts, 8)); // no recipe was chosen by them
        MeasuredClips[] samples =
        [
            MeasuredClips.At(Paper, set, Base),
            .. Enumerable.Range(1, Samples - 1).Select(k => MeasuredClips.At(Paper, set.WithNoise(Seeds.Derive(options.Seed, Name, k)), Base)),
        ];
        var recipe = MeasuredClips.At(Paper, set, Recipe);
        foreach (var progress in MeasuredClips.Measure(options, [.. samples, recipe])) yield return progress;
        using var scope = NewDisposeScope();
        EvaluationResult[] made = [.. samples.Select(clips => clips.Read(options))];
        var revoiced = options.Models.Evaluator()
            .Measure("revoiced", new Revoicer(options.Models).All(FoleyWorld.Waveforms(set.Clips)), set);
        GuidancePoint Row(EvaluationResult other) =>
            GuidancePoint.Of(Paper, Paper, Evaluator.Compare(made[0], other, options.Seed), MeasuredClips.Metrics);
        new RoomTable(set.Clips.Count, new Dictionary<string, GuidancePoint>
        {
            ["the recipe"] = Row(recipe.Read(options)),
            [$"the base's best of {Samples}, by {Metric.Clap.Title}"] = Row(EvaluationResult.Best("best", made, Metric.Clap, set)),
            ["real clips, revoiced"] = Row(revoiced),
        }).Write(options.Models.PathOf($"{Name}.json"));
    }
}
