using Tango2.Alignment;
using Tango2.Evaluation;
using Tango2.Mini.Truth;
using Tango2.Models;
using Tango2.Preferences;
using Tango2.Studies;
using Tango2.Training;

namespace Tango2.Mini.Lab;

/// <summary>
/// Trains models for each row of an ablation and measures them on validation prompts. What a training's model made is kept beside the
/// table, in features and scores, by a digest of all that it depends on: what is there is not trained again.
/// </summary>
internal static class AblationStage
{
    private const int Trainings = 3, Prompts = 256, LastUpdates = 20;
    private const string Accuracy = "accuracy";
    private static readonly Metric[] Recorded =
        [Metric.Clap, Metric.ClapIndependent, Metric.Oer.ByDetector, Metric.Fidelity.ByDetector, Metric.Fad];

    /// <summary>The ablation: rows without a strategy, without DPO, without SFT, with other thresholds; three trainings each.</summary>
    public static LabStage Stage { get; } = Of(
        "ablations", "alignment without parts of the data or of the method", MiniAblations.All, Trainings);

    /// <summary>The sweep by which β and the learning rate of the shipped alignment were chosen.</summary>
    public static LabStage Sweep { get; } = Of("sweep", "β and learning rate of the alignment", MiniAblations.Grid, 1);

    /// <summary>What the best recipe owes to each of its parts, at the paper's guidance: objective, penalty, pairs, prompts.</summary>
    public static LabStage Recipes { get; } = Of(
        "recipes", "objectives, penalty and pairs of the alignment, one at a time", MiniRecipes.All, CandidatePlan.GuidanceScale, 1,
        OneNoiseStage.Product, OnlineStage.Product, LabProduct.Weights("unet-online"));

    // Rows of the paper's pairs, at the mini scale's guidance.
    private static WorkStage Of(string name, string purpose, IReadOnlyList<AblationVariant> variants, int trainings) => Of(
        name, purpose, options =>
        {
            var source = PairSource.Paper(options);
            return [.. variants.Select(variant => new AblationTraining(variant, source))];
        }, MiniScale.Generation.GuidanceScale, trainings);

    private static WorkStage Of(
        string name, string purpose, Func<LabOptions, IReadOnlyList<AblationTraining>> rows, double guidance, int trainings,
        params IReadOnlyList<LabProduct> more) => new(
            name, purpose, options => Work(options, name, rows(options), guidance, trainings), options => Test(options, name))
        {
            Optional = true,
            Kept = name,
            Needs =
            [
                LabProduct.Scores, LabProduct.Plan, LabProduct.Candidates, .. LabProduct.Generating, .. LabProduct.Evaluating,
                LabProduct.Weights("clap-b"), .. more,
            ],
            Makes = [LabProduct.Of(name, $"{name}.json")],
            TestMeasures = false,
        };

    /// <summary>Trains and measures rows, and writes the table as soon as a row is measured.</summary>
    // Training by training, so that all rows are there, of one training each, before any has a second.
    internal static IEnumerable<Progress> Work(
        LabOptions options, string name, IReadOnlyList<AblationTraining> rows, double guidance, int trainings)
    {
        var set = EvaluationSet.Validation(options.Seed, options.Scaled(Prompts, 8));
        var models = options.ModelsOnDevice;
        var (evaluator, tango) = (models.Evaluator(), models.TextToAudio());
        var clipsOfBase = MeasuredClips.At(guidance, set, "base");
        foreach (var _ in MeasuredClips.Measure(options, [clipsOfBase])) yield return new(0, 1);
        var ofBase = Numbers();
        var (measured, told) = (rows.ToDictionary(row => row, _ => new List<string>()), new Dictionary<AblationTraining, AblationRow>());
        var kept = Directory.CreateDirectory(options.Models.PathOf(name)).FullName;
        var (done, all, table) = (0, trainings * rows.Sum(row => row.Steps), options.Models.PathOf($"{name}.json"));
        for (var training = 0; training < trainings; training++)
        {
            foreach (var row in rows)
            {
                var settings = row.Variant.Settings with { Seed = options.Seed + training };
                var trained = row.Model is null ? null : options.Models.DigestOf(row.Model);
                var work = clipsOfBase.PathOf(options, new { row.Data, settings, trained });
                var path = Path.Combine(kept, Path.GetFileName(work));
                var made = !File.Exists(path);
                if (made)
                {
                    using var policy = models.UNet(row.Model ?? "base");
                    var state = Path.ChangeExtension(work, LabOptions.StateFile);
                    var accuracies = new List<double>();
                    if (row.Steps > 0 && row.Model is null)
                    {
                        using var clips = row.Source.Clips();
                        using var data = PreferenceSet.From(row.Pairs, clips, tango);
                        foreach (var report in PreferenceTraining.Run(tango, policy, data, settings, state))
                        {
                            if (report.Measures.TryGetValue(Accuracy, out var accuracy)) accuracies.Add(accuracy);
                            yield return new(done + report.Step, all);
                        }
                    }
                    Measure(row.Variant.Name, policy, path, accuracies);
                    File.Delete(state);
                }
                measured[row].Add(path);
                told.Remove(row);
                yield return new(done += row.Steps, all);
                if (made) Tell();
            }
        }
        Tell();
        foreach (var old in Directory.GetFiles(kept, "*.safetensors").Except(measured.Values.SelectMany(paths => paths)))
            File.Delete(old);

        // Rows that were kept change nothing until one is made: what the table has meanwhile may be more.
        void Tell()
        {
            foreach (var row in rows.Where(row => measured[row].Count > 0 && !told.ContainsKey(row))) told[row] = Told(row);
            new AblationTable(set.Clips.Count, ofBase, [.. rows.Where(told.ContainsKey).Select(row => told[row])]).Write(table);
        }

        void Measure(string row, UNet2DConditionModel policy, string path, IReadOnlyList<double> accuracies)
        {
            using var scope = NewDisposeScope();
            policy.eval();
            var made = evaluator.Run(row, tango.With(policy), set, clipsOfBase.Generation);
            EvaluationFile.Write(path, made, accuracies.Count == 0 ? [] : [new(Accuracy, accuracies.TakeLast(LastUpdates).Average())]);
        }

        AblationRow Told(AblationTraining row)
        {
            using var scope = NewDisposeScope();
            var after = Results(row);
            IReadOnlyDictionary<Metric, Change> From(IReadOnlyList<EvaluationResult> before) => Evaluator.Compare(before, after, options.Seed);
            var beside = row.Beside is null ? rows[0] : rows.Single(other => other.Variant.Name == row.Beside);
            var changes = AblationRow.Of(
                row.Variant.Name, row.Pairs.Count, row.Steps, after.Length, beside.Variant.Name, From([clipsOfBase.Read(options)]),
                From([.. Results(beside).Take(after.Length)]));
            return changes with { Accuracy = measured[row].Average(path => EvaluationFile.Known(path, Accuracy)) };
        }

        EvaluationResult[] Results(AblationTraining row) => [.. measured[row].Select(path => Kept(row.Variant.Name, path))];

        IReadOnlyDictionary<string, double> Numbers()
        {
            using var scope = NewDisposeScope();
            return clipsOfBase.Read(options).ByKey();
        }
    }

    private static EvaluationResult Kept(string row, string path)
    {
        const string whatToDo = "Delete it to have that training made again.";
        try
        {
            var made = EvaluationFile.Read([path]);
            return made.Model == row ? made : throw new InvalidDataException(
                $"{path} must be what '{row}' has made, but is of '{made.Model}'. {whatToDo}");
        }
        catch (InvalidDataException error) when (!error.Message.EndsWith(whatToDo, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{error.Message} {whatToDo}", error);
        }
    }

    private static Dictionary<string, double> Test(LabOptions options, string name) => AblationTable
        .Read(options.Models.PathOf($"{name}.json"))!.Rows.SelectMany(row => Recorded.Select(metric => (row, metric)))
        .ToDictionary(x => $"{x.row.Name}, change of {x.metric.Key}", x => x.row.ChangeOf(x.metric).Estimate);
}
