using Tango2.Evaluation;
using Tango2.Mini.Truth;
using Tango2.Preferences;
using Tango2.Training;

namespace Tango2.Mini.Lab;

/// <summary>
/// The draw of data/mini/PROTOCOL.md: the base and three trainings of the alignment's recipe, at every guidance of the protocol, on
/// prompts that nothing was chosen by.
/// </summary>
internal static class GainStage
{
    private const string Name = "gain", Base = "base";
    private const int TestSeed = 6151, HardSeed = 6152, NoiseSeed = 6153;
    private const double Paper = CandidatePlan.GuidanceScale;
    private static readonly double[] Scales = [1.5, 2, 3, 4, 5];
    private static readonly string[] Trainings = [.. AlignStage.More.Prepend(AlignStage.Guided).Select(stage => stage.Name["unet-".Length..])];

    private static readonly Metric[] Measured =
    [
        Metric.Clap, Metric.ClapIndependent, Metric.Fad, Metric.Oer, Metric.Oer.ByDetector, Metric.Fidelity.ByDetector,
    ];

    /// <summary>The stage.</summary>
    public static LabStage Stage { get; } = new WorkStage(
        Name, "base and three trainings of the recipe over guidance, on fresh test prompts", Work, _ => new Dictionary<string, double>())
    {
        Optional = true,
        Needs =
        [
            .. LabProduct.Generating, .. LabProduct.Evaluating, LabProduct.Of("guidance", "guidance.json"),
            .. Trainings.Select(model => LabProduct.Weights($"unet-{model}")),
        ],
        Makes = [LabProduct.Of(Name, $"{Name}.json")],
        TestMeasures = false,
    };

    private static IEnumerable<Progress> Work(LabOptions options)
    {
        var bestOfBase = GuidanceTable.Read(options.Models.PathOf("guidance.json")).BestOfBase;
        var (test, hard) = (EvaluationSet.Test(TestSeed, options.Scaled(1024, 8)), EvaluationSet.Hard(HardSeed, options.Scaled(512, 8)));
        var otherNoise = test.WithNoise(NoiseSeed);
        MeasuredClips Of(EvaluationSet set, string model, double scale) =>
            new(set, model, MiniScale.Generation with { GuidanceScale = scale });
        MeasuredClips[] all =
        [
            .. new[] { test, hard }.SelectMany(set => Scales.SelectMany(scale =>
                Trainings.Prepend(Base).Select(model => Of(set, model, scale)))),
            .. new[] { test, hard }.Where(_ => !Scales.Contains(bestOfBase)).Select(set => Of(set, Base, bestOfBase)),
            Of(otherNoise, Base, Paper),
        ];
        foreach (var progress in MeasuredClips.Measure(options, all)) yield return progress;
        new GainTable(
            Curves(test), Curves(hard), Point(Of(test, Base, Paper), Of(otherNoise, Base, Paper)),
            [.. Trainings.Select(model => Point(Of(test, Base, Paper), Of(test, model, Paper)))])
            .Write(options.Models.PathOf($"{Name}.json"));

        GuidanceTable Curves(EvaluationSet set)
        {
            GuidancePoint At(double scale, double aligned) =>
                Point(Of(set, Base, scale), [.. Trainings.Select(model => Of(set, model, aligned))]);
            var (count, points) = (set.Clips.Count, Scales.Select(scale => At(scale, scale)));
            return new(count, [.. points], At(bestOfBase, Paper), count, bestOfBase);
        }

        GuidancePoint Point(MeasuredClips before, params IReadOnlyList<MeasuredClips> after)
        {
            using var scope = NewDisposeScope();
            var changes = Evaluator.Compare(before.Read(options), [.. after.Select(clips => clips.Read(options))], options.Seed);
            return GuidancePoint.Of(before.Generation.GuidanceScale, after[0].Generation.GuidanceScale, changes, Measured);
        }
    }
}
