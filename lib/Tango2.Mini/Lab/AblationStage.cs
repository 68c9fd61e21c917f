using System.Security.Cryptography;
using System.Text.Json;
using Tango2.Alignment;
using Tango2.Evaluation;
using Tango2.Mini.Truth;
using Tango2.Models;
using Tango2.Studies;
using Tango2.Training;

namespace Tango2.Mini.Lab;

/// <summary>Trains one model for each row of the ablation and measures it on validation prompts; finished rows are kept.</summary>
internal static class AblationStage
{
    private static readonly Metric[] Told = [Metric.Clap, Metric.ClapIndependent, Metric.Oer.ByDetector];

    /// <summary>The ablation: rows without a strategy, without DPO, without SFT, with other thresholds.</summary>
    public static LabStage Stage { get; } =
        Of("ablations", "alignment without parts of the data or of the method", MiniAblations.All);

    /// <summary>The sweep by which β and the learning rate of the shipped alignment were chosen.</summary>
    public static LabStage Sweep { get; } =
        Of("sweep", "β and learning rate of the alignment", MiniAblations.Grid) with { Optional = true };

    private static WorkStage Of(string name, string purpose, IReadOnlyList<AblationVariant> variants) => new(
        name, purpose, options => Work(options, name, variants), options => Test(options, name, variants))
    {
        Needs =
        [
            LabProduct.Scores, LabProduct.Plan, LabProduct.Candidates, .. LabProduct.Generating, .. LabProduct.Evaluating,
            LabProduct.Weights("clap-b"),
        ],
        Makes = [LabProduct.Of(name, $"{name}.json")],
        TestMeasures = false,
    };

    private static IEnumerable<Progress> Work(LabOptions options, string name, IReadOnlyList<AblationVariant> variants)
    {
        var set = EvaluationSet.Validation(options.Seed, options.Scaled(128, 8));
        var (evaluator, tango) = (options.Models.Evaluator(), options.Models.TextToAudio());
        var before = evaluator.Run("base", tango, set);
        using var clips = CandidateStage.Read(options);
        var candidates = options.Models.Candidates();
        var origin = Origin(options, variants, set, candidates);
        var table = new AblationTable(origin, set.Clips.Count, before.ByKey(), []);
        var plan = variants.Select((v, i) => (Variant: v, Pairs: v.Keep(candidates), Index: i)).ToArray();
        var (all, done) = (plan.Sum(p => p.Variant.Steps(p.Pairs.Count)), 0);
        foreach (var (variant, pairs, index) in plan)
        {
            var steps = variant.Steps(pairs.Count);
            var path = StageFolder.PathOf(options, name, $"{index}.json");
            var kept = File.Exists(path) ? LabJson.Read<Kept>(path) : null;
            if (kept?.Origin != origin)
            {
                var state = StageFolder.PathOf(options, name, $"{index}.{LabOptions.StateFile}");
                using var policy = options.Models.UNet("base");
                if (steps > 0)
                {
                    using var data = PreferenceSet.From(pairs, clips, tango);
                    var settings = variant.Settings with { Seed = options.Seed };
                    foreach (var report in PreferenceTraining.Run(tango, policy, data, settings, state))
                        yield return new(done + report.Step, all);
                }
                kept = new(origin, Measure(variant.Name, pairs.Count, steps, policy));
                LabJson.Write(path, kept);
                File.Delete(state);
            }
            done += steps;
            yield return new(done, all);
            table = table.With(kept.Row);
            table.Write(options.Models.PathOf($"{name}.json"));
        }

        AblationRow Measure(string row, int pairs, int steps, UNet2DConditionModel policy)
        {
            using var scope = NewDisposeScope();
            policy.eval();
            var after = evaluator.Run(row, tango.With(policy), set);
            return AblationRow.Of(row, pairs, steps, after, Evaluator.Compare(before, after, options.Seed));
        }
    }

    /// <summary>A finished row.</summary>
    private sealed record Kept(string Origin, AblationRow Row);

    /// <summary>A digest of all that the rows depend on: weights, candidates, settings, prompts.</summary>
    private static string Origin(
        LabOptions options, IReadOnlyList<AblationVariant> variants, EvaluationSet set,
        IReadOnlyList<Preferences.PreferencePair> candidates) =>
        Convert.ToHexString(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(new
        {
            Weights = options.Models.Digest(except: "unet-aligned"),
            options.Seed,
            MiniScale.Thresholds,
            Variants = variants.Select(v => new { v.Name, v.Settings }),
            set.Prompts,
            Candidates = candidates,
        })));

    private static Dictionary<string, double> Test(LabOptions options, string name, IReadOnlyList<AblationVariant> variants)
    {
        var table = AblationTable.Read(options.Models.PathOf($"{name}.json"))!;
        return variants.SelectMany(v => Told.Select(metric => (v.Name, metric))).ToDictionary(
            x => $"{x.Name}, change of {x.metric.Key}", x => table.Row(x.Name)!.ChangeOf(x.metric).Estimate);
    }
}
