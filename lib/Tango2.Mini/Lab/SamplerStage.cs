using Tango2.Evaluation;
using Tango2.Mini.Truth;
using Tango2.Pipelines;
using Tango2.Preferences;
using Tango2.Training;

namespace Tango2.Mini.Lab;

/// <summary>
/// The base's clips by each sampler at several numbers of steps, beside DDPM's with the paper's 200, on validation prompts at the
/// paper's guidance. Finished samplers are kept.
/// </summary>
internal static class SamplerStage
{
    private const string Name = "samplers";
    private const int Prompts = 256;

    private static readonly GenerationOptions Reference = new() { Steps = 200, GuidanceScale = CandidatePlan.GuidanceScale };

    private static readonly GenerationOptions[] Tried =
    [
        .. new[]
        {
            (Sampler.Ddpm, 50), (Sampler.Ddpm, 25), (Sampler.Ddpm, 12), (Sampler.Ddim, 25), (Sampler.Ddim, 12), (Sampler.DpmSolver, 25),
            (Sampler.DpmSolver, 12), (Sampler.SdeDpmSolver, 25), (Sampler.SdeDpmSolver, 12), (Sampler.SdeDpmSolver, 8),
            (Sampler.SdeDpmSolver, 6), (Sampler.SdeDpmSolver, 4),
        }.Select(way => Reference with { Sampler = way.Item1, Steps = way.Item2 }),
    ];

    /// <summary>The stage.</summary>
    public static LabStage Stage { get; } = new WorkStage(
        Name, "samplers and numbers of steps beside DDPM's 200", Work, _ => new Dictionary<string, double>())
    {
        Optional = true,
        Needs = [.. LabProduct.Generating, .. LabProduct.Evaluating],
        Makes = [LabProduct.Of(Name, $"{Name}.json")],
        TestMeasures = false,
    };

    private static IEnumerable<Progress> Work(LabOptions options)
    {
        var set = EvaluationSet.Validation(options.Seed, options.Scaled(Prompts, 8));
        MeasuredClips[] all = [.. Tried.Prepend(Reference).Select(way => new MeasuredClips(set, "base", way))];
        foreach (var progress in MeasuredClips.Measure(options, all)) yield return progress;
        using var scope = NewDisposeScope();
        var reference = all[0].Read(options);
        new SamplerTable(set.Clips.Count, Reference, [.. all.Skip(1).Select(Row)])
            .Write(options.Models.PathOf($"{Name}.json"));

        SamplerRow Row(MeasuredClips clips)
        {
            using var inner = NewDisposeScope();
            var changes = Evaluator.Compare(reference, clips.Read(options), options.Seed);
            return new(
                clips.Generation.Sampler, clips.Generation.Steps,
                MeasuredClips.Metrics.ToDictionary(metric => metric.Key, metric => changes[metric].Rounded()));
        }
    }
}
