using System.Security.Cryptography;
using System.Text.Json;
using Tango2.Models;
using Tango2.Pipelines;
using Tango2.Training;

namespace Tango2.Lab;

/// <summary>Trains one model for each row of the ablation and measures it on validation prompts; finished rows are kept.</summary>
public static class AblationStage
{
    private const string Name = "ablations";

    /// <summary>The stage.</summary>
    public static LabStage Stage { get; } =
        new(Name, "alignment without parts of the data or of the method", Train, Test);

    /// <summary>The table as far as it is made; null if nothing is.</summary>
    public static AblationTable? Table(ModelStore models) => AblationTable.Read(models.PathOf(AblationTable.FileName));

    /// <summary>Updates that a variant's training makes; none without pairs.</summary>
    public static int Steps(AblationVariant variant, int pairs) => pairs == 0 ? 0 : variant.Settings.Steps(pairs);

    private static IEnumerable<StepReport> Train(LabOptions options)
    {
        var set = EvaluationSet.Validation(options.Seed, options.Scaled(128, 8));
        var (evaluator, pipeline) = (new Evaluator(options.Models), new TextToAudio(options.Models));
        var before = evaluator.Run("base", set);
        var origin = Origin(options, set);
        var table = Table(options.Models) is { } kept && kept.Origin == origin
            ? kept : new(origin, set.Clips.Count, before.Values, []);
        var candidates = AlignStage.Candidates(options.Models);
        var plan = AblationVariant.All.Select((v, i) => (Variant: v, Pairs: v.Keep(candidates), Index: i)).ToArray();
        var (all, done) = (plan.Sum(p => Steps(p.Variant, p.Pairs.Count)), 0);
        foreach (var (variant, pairs, index) in plan)
        {
            var (first, steps) = (done, Steps(variant, pairs.Count));
            done += steps;
            if (table.Row(variant.Name) is not null) continue;
            var state = options.StatePath($"{Name}-{origin[..8]}-{index}");
            using var policy = options.Models.UNet("base");
            if (steps > 0)
            {
                using var data = AlignStage.Pairs(options, pairs, pipeline);
                foreach (var report in Align(options, data, variant.Settings, policy, state))
                    yield return report with { Step = first + report.Step, Steps = all };
            }
            table = table.With(Measure(options, variant.Name, pairs.Count, steps, policy));
            table.Write(options.Models.PathOf(AblationTable.FileName));
            File.Delete(state);
        }

        AblationRow Measure(LabOptions options, string name, int pairs, int steps, UNet2DConditionModel policy)
        {
            using var scope = NewDisposeScope();
            var clips = pipeline.With(policy, options.Models).Generate(set.Prompts, set.Seeds);
            var after = evaluator.Measure(name, clips, set);
            return new(name, pairs, steps, after.Values, Evaluator.Compare(before, after, options.Seed));
        }
    }

    private static IEnumerable<StepReport> Align(
        LabOptions options, PreferenceSet data, PreferenceOptions settings, UNet2DConditionModel policy, string state)
    {
        foreach (var parameter in policy.parameters()) parameter.requires_grad = true;
        var reference = options.Models.UNet("base");
        return PreferenceTraining.Run(
            policy, policy.call, reference.call, data, settings with { Seed = options.Seed }, state);
    }

    /// <summary>A digest of all that the rows depend on: weights, candidates, settings, prompts.</summary>
    private static string Origin(LabOptions options, EvaluationSet set)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in Directory.GetFiles(options.Models.Folder, "*.safetensors").Order(StringComparer.Ordinal))
            if (Path.GetFileName(file) != "unet-aligned.safetensors") hash.AppendData(File.ReadAllBytes(file));
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(new
        {
            options.Seed,
            AlignStage.Thresholds,
            AlignStage.Options,
            Variants = AblationVariant.All.Select(v => v.Name),
            set.Prompts,
            Candidates = AlignStage.Candidates(options.Models),
        }));
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static Dictionary<string, double> Test(LabOptions options) => AblationVariant.All
        .ToDictionary(v => $"{v.Name}, change of truth.oer", v => Table(options.Models)!.Row(v.Name)!.Change["truth.oer"].Estimate);
}
