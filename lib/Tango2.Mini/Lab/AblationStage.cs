using System.Security.Cryptography;
using System.Text.Json;
using Tango2.Models;
using Tango2.Pipelines;
using Tango2.Preferences;
using Tango2.Training;

namespace Tango2.Lab;

/// <summary>Trains one model for each row of the ablation and measures it on validation prompts; finished rows are kept.</summary>
public static class AblationStage
{
    /// <summary>The ablation: rows without a strategy, without DPO, without SFT, with other thresholds.</summary>
    public static LabStage Stage { get; } =
        Of("ablations", "alignment without parts of the data or of the method", AblationVariant.All);

    /// <summary>The sweep by which β and the learning rate of the shipped alignment were chosen.</summary>
    public static LabStage Sweep { get; } =
        Of("sweep", "β and learning rate of the alignment", AblationVariant.Grid) with { Optional = true };

    /// <summary>The ablation's table as far as it is made; null if nothing is.</summary>
    public static AblationTable? Table(ModelStore models) => Table(models, Stage.Name);

    /// <summary>Updates that a variant's training makes; none without pairs.</summary>
    public static int Steps(AblationVariant variant, int pairs) => pairs == 0 ? 0 : variant.Settings.Steps(pairs);

    private static LabStage Of(string name, string purpose, IReadOnlyList<AblationVariant> variants) => new(
        name, purpose, options => Train(options, name, variants), options => Test(options, name, variants))
    {
        Needs =
        [
            LabProduct.Scores, LabProduct.Candidates, .. LabProduct.Generating, .. LabProduct.Evaluating,
            LabProduct.Weights("clap-b"),
        ],
        Makes = [LabProduct.Of(name, $"{name}.json")],
        TestMeasures = false,
    };

    private static AblationTable? Table(ModelStore models, string name) => AblationTable.Read(PathOf(models, name));

    private static string PathOf(ModelStore models, string name) => models.PathOf($"{name}.json");

    private static IEnumerable<StepReport> Train(LabOptions options, string name, IReadOnlyList<AblationVariant> variants)
    {
        var set = EvaluationSet.Validation(options.Seed, options.Scaled(128, 8));
        var (evaluator, pipeline) = (new Evaluator(options.Models), new TextToAudio(options.Models));
        var before = evaluator.Run("base", set);
        var origin = Origin(options, variants, set);
        var table = new AblationTable(origin, set.Clips.Count, before.Values, []);
        var candidates = AlignStage.Candidates(options.Models);
        var plan = variants.Select((v, i) => (Variant: v, Pairs: v.Keep(candidates), Index: i)).ToArray();
        var (all, done) = (plan.Sum(p => Steps(p.Variant, p.Pairs.Count)), 0);
        foreach (var (variant, pairs, index) in plan)
        {
            var (first, steps) = (done, Steps(variant, pairs.Count));
            done += steps;
            var path = StageFolder.PathOf(options, name, $"{index}.json");
            var kept = File.Exists(path) ? LabJson.Read<Kept>(path) : null;
            if (kept?.Origin == origin)
            {
                foreach (var report in kept.Reports) yield return report with { Restored = true };
            }
            else
            {
                var reports = new List<StepReport>();
                var state = StageFolder.PathOf(options, name, $"{index}.{LabOptions.StateFile}");
                UNet2DConditionModel policy;
                foreach (var report in Align(pairs, variant.Settings, steps, out policy, state))
                {
                    reports.Add(report with { Step = first + report.Step, Steps = all });
                    yield return reports[^1];
                }
                using (policy) kept = new(origin, Measure(variant.Name, pairs.Count, steps, policy), reports);
                LabJson.Write(path, kept);
                File.Delete(state);
            }
            table = table.With(kept.Row);
            table.Write(PathOf(options.Models, name));
        }

        IEnumerable<StepReport> Align(
            IReadOnlyList<PreferencePair> pairs, PreferenceOptions settings, int steps, out UNet2DConditionModel policy,
            string state)
        {
            if (steps == 0)
            {
                policy = options.Models.UNet("base");
                return [];
            }
            var data = AlignStage.Pairs(options, pairs, pipeline);
            var seeded = settings with { Seed = options.Seed };
            return Owning(data, AlignStage.Train(options.Models, data, seeded, out policy, state));
        }

        static IEnumerable<StepReport> Owning(PreferenceSet data, IEnumerable<StepReport> reports)
        {
            using (data)
                foreach (var report in reports)
                    yield return report;
        }

        AblationRow Measure(string row, int pairs, int steps, UNet2DConditionModel policy)
        {
            using var scope = NewDisposeScope();
            var clips = pipeline.With(policy, options.Models).Generate(set.Prompts, set.Seeds);
            var after = evaluator.Measure(row, clips, set);
            return new(row, pairs, steps, after.Values, Evaluator.Compare(before, after, options.Seed));
        }
    }

    /// <summary>A finished row, with the reports of its training.</summary>
    private sealed record Kept(string Origin, AblationRow Row, IReadOnlyList<StepReport> Reports);

    /// <summary>A digest of all that the rows depend on: weights, candidates, settings, prompts.</summary>
    private static string Origin(LabOptions options, IReadOnlyList<AblationVariant> variants, EvaluationSet set) =>
        Convert.ToHexString(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(new
        {
            Weights = options.Models.Digest(except: "unet-aligned"),
            options.Seed,
            AlignStage.Thresholds,
            Variants = variants.Select(v => new { v.Name, v.Settings }),
            set.Prompts,
            Candidates = AlignStage.Candidates(options.Models),
        })));

    private static Dictionary<string, double> Test(
        LabOptions options, string name, IReadOnlyList<AblationVariant> variants)
    {
        var table = Table(options.Models, name)!;
        return variants.SelectMany(v => new[] { "clap", "clapIndependent", "truth.oer" }.Select(key => (v.Name, key)))
            .ToDictionary(x => $"{x.Name}, change of {x.key}", x => table.Row(x.Name)!.Change[x.key].Estimate);
    }
}
