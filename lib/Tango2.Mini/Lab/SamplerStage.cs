using Tango2.Diffusion;
using Tango2.Evaluation;
using Tango2.Mini.Truth;
using Tango2.Pipelines;
using Tango2.Preferences;
using Tango2.Training;

namespace Tango2.Mini.Lab;

/// <summary>
/// The base's clips by each sampler at several numbers of steps, beside DDPM's with the paper's 200, on validation prompts at the
/// paper's guidance; and by what the samplers differ in: noise on the way, where the timesteps lie, the last step. What is finished is
/// kept.
/// </summary>
internal static class SamplerStage
{
    private const string Name = "samplers";
    private const int Prompts = 256;

    private static readonly GenerationOptions Reference = new() { Steps = 200, GuidanceScale = CandidatePlan.GuidanceScale };

    private static readonly GenerationOptions[] Tried =
    [
        Ddpm(50), Ddpm(25), Ddpm(12), Ddim(25), Ddim(12), DpmSolver(25), DpmSolver(12),
        SdeDpmSolver(25), SdeDpmSolver(12), SdeDpmSolver(8), SdeDpmSolver(6), SdeDpmSolver(4),
        Trailing(Ddpm(25)), Trailing(Ddpm(12)), Trailing(Ddpm(8)), Trailing(Ddpm(6)), Trailing(Ddpm(4)),
        Trailing(Ddim(25)), Leading(SdeDpmSolver(25)), Ddim(25) with { Eta = 0.5 }, Ddim(25) with { Eta = 1 },
        Trailing(Ddim(12)), Trailing(Ddim(12)) with { Eta = 0.5 }, Trailing(Ddim(12)) with { Eta = 1 }, Ddim(12) with { Eta = 1 },
        Leading(SdeDpmSolver(12)), Leading(DpmSolver(12)),
    ];

    /// <summary>The stage.</summary>
    public static LabStage Stage { get; } = new WorkStage(
        Name, "samplers and numbers of steps beside DDPM's 200", options => Measure(options, Reference, Tried), _ => new Dictionary<string, double>())
    {
        Optional = true,
        Needs = [.. LabProduct.Generating, .. LabProduct.Evaluating],
        Makes = [LabProduct.Of(Name, $"{Name}.json")],
        TestMeasures = false,
    };

    /// <summary>Measures ways from noise to latents beside one of them, and writes the table.</summary>
    internal static IEnumerable<Progress> Measure(LabOptions options, GenerationOptions beside, IReadOnlyList<GenerationOptions> ways)
    {
        var set = EvaluationSet.Validation(options.Seed, options.Scaled(Prompts, 8));
        MeasuredClips[] all = [.. ways.Prepend(beside).Select(way => new MeasuredClips(set, "base", way))];
        foreach (var progress in MeasuredClips.Measure(options, all)) yield return progress;
        using var scope = NewDisposeScope();
        var reference = all[0].Read(options);
        new SamplerTable(set.Clips.Count, beside, [.. all.Skip(1).Select(Row)])
            .Write(options.Models.PathOf($"{Name}.json"));

        SamplerRow Row(MeasuredClips clips)
        {
            using var inner = NewDisposeScope();
            var changes = Evaluator.Compare(reference, clips.Read(options), options.Seed);
            return new(
                clips.Generation,
                MeasuredClips.Metrics.ToDictionary(metric => metric.Key, metric => changes[metric].Rounded()));
        }
    }

    private static GenerationOptions Ddpm(int steps) => Of(Sampler.Ddpm, steps);

    private static GenerationOptions Ddim(int steps) => Of(Sampler.Ddim, steps);

    private static GenerationOptions DpmSolver(int steps) => Of(Sampler.DpmSolver, steps);

    private static GenerationOptions SdeDpmSolver(int steps) => Of(Sampler.SdeDpmSolver, steps);

    private static GenerationOptions Trailing(GenerationOptions way) => way with { Spacing = TimestepSpacing.Trailing };

    private static GenerationOptions Leading(GenerationOptions way) => way with { Spacing = TimestepSpacing.Leading };

    private static GenerationOptions Of(Sampler sampler, int steps) => Reference with { Sampler = sampler, Steps = steps };
}
