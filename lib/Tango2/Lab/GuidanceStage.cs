using System.Globalization;
using System.Text.Json;
using Tango2.Files;
using Tango2.Pipelines;
using Tango2.Training;

namespace Tango2.Lab;

/// <summary>
/// Base and aligned model at several guidance scales, on validation prompts: what guidance does and what alignment does
/// are alike, so neither can be judged without the other. It measures only; its record has a point for each scale, and
/// finished points are kept.
/// </summary>
public static class GuidanceStage
{
    private const string Name = "guidance";
    private static readonly string[] Metrics = ["clap", "clapIndependent", "fad", "oer", "truth.oer"];

    /// <summary>The scales.</summary>
    public static IReadOnlyList<double> Scales { get; } = [1, 1.5, 2, 3, 5];

    /// <summary>The stage.</summary>
    public static LabStage Stage { get; } = new(
        Name, "base and aligned model at several guidance scales", Train, _ => new Dictionary<string, double>());

    private static IEnumerable<StepReport> Train(LabOptions options)
    {
        var set = EvaluationSet.Validation(options.Seed, options.Scaled(128, 8));
        var evaluator = new Evaluator(options.Models);
        var (tango, aligned) = (new TextToAudio(options.Models), new TextToAudio(options.Models, "aligned"));
        var weights = options.Models.Digest()[..8];
        for (var i = 0; i < Scales.Count; i++)
        {
            var path = Path.Combine(
                options.WorkFolder, Name, string.Create(CultureInfo.InvariantCulture, $"{weights}-{Scales[i]}.json"));
            if (!File.Exists(path)) AtomicFile.WriteText(path, JsonSerializer.Serialize(Measure(Scales[i]), MiniLab.Json));
            var measures = JsonSerializer.Deserialize<Dictionary<string, double>>(File.ReadAllText(path), MiniLab.Json)!;
            yield return new(i + 1, Scales.Count, 0, 0, 0, measures);
        }

        Dictionary<string, double> Measure(double scale)
        {
            using var scope = NewDisposeScope();
            Evaluation Of(TextToAudio model) => evaluator.Measure(
                $"w = {scale}", model.Generate(set.Prompts, set.Seeds, new() { GuidanceScale = scale }), set);
            var (before, after) = (Of(tango), Of(aligned));
            var changes = Evaluator.Compare(before, after, options.Seed);
            var measures = new Dictionary<string, double> { ["guidance"] = scale };
            foreach (var metric in Metrics)
            {
                measures[$"{metric}, base"] = Math.Round(before.Values[metric], 4);
                measures[$"{metric}, aligned"] = Math.Round(after.Values[metric], 4);
                measures[$"{metric}, change from"] = Math.Round(changes[metric].Low, 4);
                measures[$"{metric}, change to"] = Math.Round(changes[metric].High, 4);
            }
            return measures;
        }
    }
}
