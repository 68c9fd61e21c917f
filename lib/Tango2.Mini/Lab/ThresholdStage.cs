using System.Globalization;
using Tango2.Mini.Truth;
using Tango2.Pipelines;
using Tango2.Preferences;
using Tango2.Tensors;

namespace Tango2.Mini.Lab;

/// <summary>
/// What the filter's bounds are worth, on generated clips of validation prompts, where the detector knows the truth:
/// how often a clip above α is right, and how often the better by CLAP, by Δ or more, is truly the better.
/// </summary>
internal static class ThresholdStage
{
    private const string Name = "thresholds";
    private const int Prompts = 128, Samples = 3;
    private static readonly double[] Alphas = [-1, 0, 0.2, 0.3, 0.4, 0.5, 0.6], Deltas = [0, 0.02, 0.05, 0.1, 0.15, 0.2];

    /// <summary>The stage; it trains nothing.</summary>
    public static LabStage Stage { get; } =
        new WorkStage(Name, "what the filter's thresholds are worth on validation prompts", _ => [], Test)
        {
            TestNeeds = [.. LabProduct.Generating, .. LabProduct.Filtering, LabProduct.Weights("detector")],
        };

    private static Dictionary<string, double> Test(LabOptions options)
    {
        using var scope = NewDisposeScope();
        var set = EvaluationSet.Validation(options.Seed + 1, options.Scaled(Prompts, 8));
        var pipeline = options.Models.TextToAudio();
        ClapScorer[] models = [options.Models.Clap("a"), options.Models.Clap("b")];
        var detector = options.Models.Detector();
        var samples = Enumerable.Range(0, Samples).SelectMany(Sample).ToArray();
        var measures = new Dictionary<string, double>();
        foreach (var alpha in Alphas)
        {
            var above = samples.Where(s => s.Scores.All(score => score >= alpha)).ToArray();
            measures[Label($"clips with both scores of {alpha} or more")] = above.Length;
            measures[Label($"right (share) of those with {alpha} or more")] = Share(above, s => s.Right);
        }
        var pairs = samples.GroupBy(s => s.Prompt)
            .SelectMany(clips => clips.SelectMany(won => clips.Select(lost => (Won: won, Lost: lost)))).ToArray();
        foreach (var delta in Deltas)
        {
            var apart = pairs.Where(p => p.Won.Scores.Zip(p.Lost.Scores)
                .All(s => s.First > s.Second && s.First - s.Second >= delta)).ToArray();
            measures[Label($"pairs apart by {delta} or more")] = apart.Length;
            measures[Label($"winner truly better (share) of those apart by {delta}")] =
                Share(apart, p => p.Won.Truth > p.Lost.Truth);
            measures[Label($"loser truly better (share) of those apart by {delta}")] =
                Share(apart, p => p.Won.Truth < p.Lost.Truth);
        }
        return measures;

        IEnumerable<Clip> Sample(int number)
        {
            using var inner = NewDisposeScope();
            var sound = pipeline.Generate(
                set.Prompts, [.. set.Seeds.Select((_, i) => Seeds.Derive(options.Seed, $"thresholds/{number}", i))],
                pipeline.Defaults with { GuidanceScale = CandidatePlan.GuidanceScale });
            var scores = models.Select(m => m.Score(sound, set.Prompts)).ToArray();
            var heard = detector.Regions(sound);
            return [.. set.Clips.Select((clip, i) =>
            {
                var truth = PromptFidelity.Score(clip.Scene, heard[i]);
                return new Clip(i, [.. scores.Select(s => s[i])], truth, truth >= PromptFidelity.Best(clip.Scene));
            })];
        }
    }

    private static string Label(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static double Share<T>(T[] all, Func<T, bool> which) =>
        all.Length == 0 ? double.NaN : all.Count(which) / (double)all.Length;

    private sealed record Clip(int Prompt, double[] Scores, double Truth, bool Right);
}
