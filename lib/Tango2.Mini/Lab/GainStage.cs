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
    private static readonly string[] Trainings =
        [.. AlignStage.More.Prepend(AlignStage.Guided).Select(stage => stage.Name["unet-".Length..])];

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

    // At the paper's scale, where the claims are, all of them; a curve is of the first.
    private static string[] TrainingsAt(double scale) => scale == Paper ? Trainings : Trainings[..1];

    private static IEnumerable<Progress> Work(LabOptions options)
    {
        var bestOfBase = GuidanceTable.Read(options.Models.PathOf("guidance.json")).BestOfBase;
        var test = EvaluationSet.Test(TestSeed, options.Scaled(1024, 8));
        var hard = EvaluationSet.Hard(HardSeed, options.Scaled(512, 8));
        MeasuredClips At(double scale, EvaluationSet set, string model) => MeasuredClips.At(scale, set, model);
        var (atPaper, otherNoise) = (At(Paper, test, Base), At(Paper, test.WithNoise(NoiseSeed), Base));
        MeasuredClips[] all =
        [
            .. new[] { test, hard }.SelectMany(set => Scales
                .SelectMany(scale => TrainingsAt(scale).Prepend(Base).Select(model => At(scale, set, model)))
                .Append(At(bestOfBase, set, Base))),
            otherNoise,
        ];
        foreach (var progress in MeasuredClips.Measure(options, [.. all.Distinct()])) yield return progress;
        new GainTable(
            Curves(test), Curves(hard), atPaper.To(options, Measured, otherNoise),
            [.. Trainings.Select(model => atPaper.To(options, Measured, At(Paper, test, model)))])
            .Write(options.Models.PathOf($"{Name}.json"));

        GuidanceTable Curves(EvaluationSet set)
        {
            GuidancePoint Point(double scale, double recipe) => At(scale, set, Base)
                .To(options, Measured, [.. TrainingsAt(recipe).Select(model => At(recipe, set, model))]);
            var count = set.Clips.Count;
            return new(count, [.. Scales.Select(scale => Point(scale, scale))], Point(bestOfBase, Paper), count, bestOfBase);
        }
    }
}
