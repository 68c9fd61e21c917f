using Tango2.Evaluation;
using Tango2.Mini.Truth;
using Tango2.Pipelines;
using Tango2.Training;
using static System.FormattableString;

namespace Tango2.Mini.Lab;

/// <summary>
/// Base and aligned model at several guidance scales, on validation prompts: what guidance does and what alignment does
/// are alike, so neither can be judged without the other. It measures only; its table has a point for each scale and one
/// more, where each model has the scale that the judge likes best for it, on other prompts. Finished points are kept.
/// </summary>
internal static class GuidanceStage
{
    private const string Name = "guidance";
    private const int Prompts = 128, BestPrompts = 256;
    private static readonly double[] Scales = [1, 1.5, 2, 3, 5];
    private static readonly Metric[] Measured = [Metric.Clap, Metric.ClapIndependent, Metric.Fad, Metric.Oer.ByDetector];

    /// <summary>The stage.</summary>
    public static LabStage Stage { get; } = new WorkStage(
        Name, "base and aligned model at several guidance scales", Work, _ => new Dictionary<string, double>())
    {
        Needs = [.. LabProduct.Generating, LabProduct.Weights("unet-aligned"), .. LabProduct.Evaluating],
        Makes = [LabProduct.Of(Name, $"{Name}.json")],
        TestMeasures = false,
    };

    private static IEnumerable<Progress> Work(LabOptions options)
    {
        var evaluator = options.Models.Evaluator();
        var (tango, aligned) = (options.Models.TextToAudio(), options.Models.TextToAudio("aligned"));
        var points = new List<GuidancePoint>();
        foreach (var scale in Scales)
        {
            points.Add(Kept(Invariant($"{scale}"), () => At(number: 0, Prompts, scale, scale)));
            yield return new(points.Count, Scales.Length + 1);
        }
        var (w, v) = (Best(change => change.Before), Best(change => change.After));
        var best = Kept("best", () => At(number: 2, BestPrompts, w, v));
        new GuidanceTable(options.Scaled(Prompts, 8), points, best, options.Scaled(BestPrompts, 8))
            .Write(options.Models.PathOf($"{Name}.json"));
        yield return new(Scales.Length + 1, Scales.Length + 1);

        double Best(Func<Change, double> of) => points.MaxBy(point => of(point[Metric.ClapIndependent]))!.Base;

        GuidancePoint Kept(string point, Func<GuidancePoint> measure)
        {
            var path = StageFolder.PathOf(options, Name, $"{point}.json");
            if (!File.Exists(path)) LabJson.Write(path, measure());
            return LabJson.Read<GuidancePoint>(path);
        }

        GuidancePoint At(int number, int prompts, double scale, double alignedScale)
        {
            using var scope = NewDisposeScope();
            var set = EvaluationSet.Validation(options.Seed + number, options.Scaled(prompts, 8));
            EvaluationResult Of(TextToAudio model, double guidance) => evaluator.Run(
                Invariant($"w = {guidance}"), model, set, model.Defaults with { GuidanceScale = guidance });
            var changes = Evaluator.Compare(Of(tango, scale), Of(aligned, alignedScale), options.Seed);
            return GuidancePoint.Of(scale, alignedScale, changes, Measured);
        }
    }
}
