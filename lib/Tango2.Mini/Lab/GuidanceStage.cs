using Tango2.Pipelines;
using Tango2.Training;
using static System.FormattableString;

namespace Tango2.Lab;

/// <summary>
/// Base and aligned model at several guidance scales, on validation prompts: what guidance does and what alignment does
/// are alike, so neither can be judged without the other. It measures only; its record has a point for each scale and one
/// more, where each model has the scale that the judge likes best for it, on other prompts. Finished points are kept.
/// </summary>
public static class GuidanceStage
{
    private const string Name = "guidance", Scale = Name, Chooser = "clapIndependent";
    private static readonly string[] Metrics = ["clap", "clapIndependent", "fad", "truth.oer"];

    /// <summary>The scales.</summary>
    public static IReadOnlyList<double> Scales { get; } = [1, 1.5, 2, 3, 5];

    /// <summary>The stage.</summary>
    public static LabStage Stage { get; } = new(
        Name, "base and aligned model at several guidance scales", Train, _ => new Dictionary<string, double>())
    {
        Needs = [.. LabProduct.Generating, LabProduct.Weights("unet-aligned"), .. LabProduct.Evaluating],
        TestMeasures = false,
    };

    private static IEnumerable<StepReport> Train(LabOptions options)
    {
        var evaluator = new Evaluator(options.Models);
        var (tango, aligned) = (new TextToAudio(options.Models), new TextToAudio(options.Models, "aligned"));
        var points = new List<Dictionary<string, double>>();
        foreach (var scale in Scales)
        {
            points.Add(Kept(Invariant($"{scale}"), () => new(At(number: 0, 128, scale, scale)) { [Scale] = scale }));
            yield return new(points.Count, Scales.Count + 1, 0, 0, 0, points[^1]);
        }
        var (w, v) = (Best("base"), Best("aligned"));
        yield return new(Scales.Count + 1, Scales.Count + 1, 0, 0, 0, Kept("best", () => new(At(number: 2, 256, w, v))
        {
            [$"{Scale}, base"] = w,
            [$"{Scale}, aligned"] = v,
        }));

        double Best(string model) => points.MaxBy(p => p[$"{Chooser}, {model}"])![Scale];

        Dictionary<string, double> Kept(string point, Func<Dictionary<string, double>> measure)
        {
            var path = StageFolder.PathOf(options, Name, $"{point}.json");
            if (!File.Exists(path)) LabJson.Write(path, measure());
            return LabJson.Read<Dictionary<string, double>>(path);
        }

        Dictionary<string, double> At(int number, int prompts, double scale, double alignedScale)
        {
            using var scope = NewDisposeScope();
            var set = EvaluationSet.Validation(options.Seed + number, options.Scaled(prompts, 8));
            Evaluation Of(TextToAudio model, double w) => evaluator.Measure(
                $"w = {w}", model.Generate(set.Prompts, set.Seeds, new() { GuidanceScale = w }), set);
            var (before, after) = (Of(tango, scale), Of(aligned, alignedScale));
            var changes = Evaluator.Compare(before, after, options.Seed);
            return Metrics.SelectMany(metric => new (string Key, double Value)[]
            {
                ($"{metric}, base", before.Values[metric]), ($"{metric}, aligned", after.Values[metric]),
                ($"{metric}, change from", changes[metric].Low), ($"{metric}, change to", changes[metric].High),
            }).ToDictionary(m => m.Key, m => Math.Round(m.Value, 4));
        }
    }
}
