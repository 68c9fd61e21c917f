using Tango2.Evaluation;
using Tango2.Mini.Truth;
using Tango2.Training;

namespace Tango2.Mini.Lab;

/// <summary>
/// Base, aligned model and the recipe for the paper's guidance at several guidance scales, on validation prompts: what guidance
/// does and what alignment does are alike, so neither can be judged without the other. It measures only; what is measured is kept.
/// </summary>
internal static class GuidanceStage
{
    private const string Name = "guidance", Base = "base";
    private const int Prompts = 128, PromptsOfBase = 512;
    private static readonly double[] Scales = [1, 1.5, 2, 3, 4, 5];

    // What is compared with the base, and the table's file.
    private static readonly (string Model, string File)[] Compared = [("aligned", $"{Name}.json"), ("guided", $"{Name}-guided.json")];

    /// <summary>The stage.</summary>
    public static LabStage Stage { get; } = new WorkStage(
        Name, "base, aligned and guided model at several guidance scales", Work, _ => new Dictionary<string, double>())
    {
        Needs = [.. LabProduct.Generating, .. Compared.Select(c => LabProduct.Weights($"unet-{c.Model}")), .. LabProduct.Evaluating],
        Makes = [LabProduct.Of(Name, [.. Compared.Select(c => c.File)])],
        TestMeasures = false,
    };

    private static IEnumerable<Progress> Work(LabOptions options)
    {
        var (some, many) = (options.Scaled(Prompts, 8), options.Scaled(PromptsOfBase, 8));
        var (set, more) = (EvaluationSet.Validation(options.Seed, some), EvaluationSet.Validation(options.Seed, many));
        var fresh = EvaluationSet.Validation(options.Seed + 2, some);
        MeasuredClips[] curves =
        [
            .. Scales.Select(scale => MeasuredClips.At(scale, more, Base)),
            .. Compared.Select(c => c.Model).Prepend(Base).SelectMany(model => Scales.Select(scale => MeasuredClips.At(scale, set, model))),
        ];
        foreach (var progress in MeasuredClips.Measure(options, curves)) yield return progress;
        var best = Best(more, Base);
        foreach (var (model, file) in Compared)
        {
            MeasuredClips[] atBest = [MeasuredClips.At(best, fresh, Base), MeasuredClips.At(Best(set, model), fresh, model)];
            foreach (var progress in MeasuredClips.Measure(options, atBest)) yield return progress;
            GuidancePoint Point(MeasuredClips before, MeasuredClips after) => before.To(options, MeasuredClips.Metrics, after);
            var points = Scales.Select(scale => Point(MeasuredClips.At(scale, set, Base), MeasuredClips.At(scale, set, model)));
            new GuidanceTable(some, [.. points], Point(atBest[0], atBest[1]), some, best).Write(options.Models.PathOf(file));
        }

        double Best(EvaluationSet prompts, string model) => Scales.MaxBy(scale =>
        {
            using var scope = NewDisposeScope();
            return MeasuredClips.At(scale, prompts, model).Read(options)[Metric.ClapIndependent];
        });
    }
}
