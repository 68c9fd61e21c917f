using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Spectre.Console;
using Tango2.Files;
using Tango2.Training;

namespace Tango2.Lab;

/// <summary>Makes all mini models, stage by stage.</summary>
public static class MiniLab
{
    internal static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, // a measure that nothing counts for is NaN
    };

    private const int MeasuresShown = 4;

    /// <summary>All stages; each needs those before it that are not optional.</summary>
    public static IReadOnlyList<LabStage> Stages { get; } =
    [
        TokenizerStage.Stage, VaeStage.Stage, VocoderStage.Stage, RevoicedCorpus.Stage, GroundingStage.Detector,
        GroundingStage.Grounding, TaggerStage.Stage, ClapStage.Stage("a"), ClapStage.Stage("b"),
        ClapStage.Stage("judge"), TextEncoderStage.Stage, BaseStage.Stage, ThresholdStage.Stage, CandidateStage.Stage,
        AlignStage.Ranking, AblationStage.Sweep, AlignStage.Alignment, GuidanceStage.Stage, AblationStage.Stage,
    ];

    /// <summary>Trains stages; those that have finished are left alone unless asked for again.</summary>
    /// <param name="options">Seed, folders and effort.</param>
    /// <param name="names">The stages, or none for all that are not optional.</param>
    /// <param name="again">Whether to train finished stages anew.</param>
    /// <param name="cancellation">Stops between two steps; the run goes on there next time.</param>
    /// <exception cref="ArgumentException">There is no such stage; the message lists those there are.</exception>
    public static void Train(
        LabOptions options, IReadOnlyList<string> names, bool again = false, CancellationToken cancellation = default)
    {
        LabStage[] wanted = [.. names.Select(Stage)];
        foreach (var stage in Stages.Where(s => wanted.Length == 0 ? !s.Optional : wanted.Contains(s)))
        {
            if (File.Exists(RecordPath(options, stage.Name)) && !again)
                AnsiConsole.MarkupLine($"[grey]{stage.Name}: finished before (--again trains it anew)[/]");
            else
                Train(stage, options, again, cancellation);
        }
    }

    /// <summary>Measures finished stages again, without training; prints what they reach and writes it to their records.</summary>
    /// <param name="options">Seed, folders and effort.</param>
    /// <param name="names">The stages; at least one.</param>
    /// <exception cref="ArgumentException">No stage is named, or there is no such stage.</exception>
    public static void Measure(LabOptions options, IReadOnlyList<string> names)
    {
        if (names.Count == 0) throw new ArgumentException("Name the stages to measure, such as `train mini detector --measure`.");
        foreach (var stage in names.Select(Stage))
        {
            AnsiConsole.MarkupLine($"[bold]{stage.Name}[/]: {stage.Purpose}");
            var measures = Rounded(stage.Test(options));
            Print(measures);
            var path = RecordPath(options, stage.Name);
            if (!File.Exists(path)) continue;
            var record = JsonNode.Parse(File.ReadAllText(path))!;
            record["test"] = JsonSerializer.SerializeToNode(measures, Json);
            AtomicFile.WriteText(path, record.ToJsonString(Json) + "\n");
        }
    }

    /// <summary>The stage of that name.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those there are.</exception>
    public static LabStage Stage(string name) => Stages.FirstOrDefault(s => s.Name == name) ?? throw new ArgumentException(
        $"There is no stage '{name}'; there are {string.Join(", ", Stages.Select(s => s.Name))}.");

    /// <summary>Removes a finished or half-finished stage's record and state, so that it starts at its beginning.</summary>
    private static void Forget(LabStage stage, LabOptions options)
    {
        foreach (var path in new[] { RecordPath(options, stage.Name), options.StatePath(stage.Name) })
            if (File.Exists(path)) File.Delete(path); // Delete itself minds a missing folder
        var folder = Path.Combine(options.WorkFolder, stage.Name);
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    private static Dictionary<string, double> Rounded(IReadOnlyDictionary<string, double> measures) =>
        measures.ToDictionary(m => m.Key, m => Math.Round(m.Value, 4));

    private static void Print(IEnumerable<KeyValuePair<string, double>> measures)
    {
        foreach (var (name, value) in measures) AnsiConsole.MarkupLineInterpolated($"  {name}: {value}");
    }

    /// <summary>The training record of a finished stage.</summary>
    public static string RecordPath(LabOptions options, string stage) =>
        options.Models.PathOf(Path.Combine("training", $"{stage}.json"));

    private static void Train(LabStage stage, LabOptions options, bool again, CancellationToken cancellation)
    {
        AnsiConsole.MarkupLine($"[bold]{stage.Name}[/]: {stage.Purpose}");
        Directory.CreateDirectory(options.WorkFolder);
        if (again) Forget(stage, options);
        var clock = Stopwatch.StartNew();
        var curve = new List<object>();
        foreach (var report in Progress(stage.Train(options), clock))
        {
            cancellation.ThrowIfCancellationRequested();
            if (report.Step % Math.Max(1, report.Steps / 100) == 0)
                curve.Add(new { report.Step, Loss = Math.Round(report.Loss, 5), report.Measures });
        }
        var seconds = Math.Round(clock.Elapsed.TotalSeconds, 1);
        var measures = Rounded(stage.Test(options));
        Print(measures);
        AtomicFile.WriteText(RecordPath(options, stage.Name), JsonSerializer.Serialize(
            new { Stage = stage.Name, options.Seed, options.Effort, Seconds = seconds, Test = measures, Curve = curve },
            Json) + "\n");
        File.Delete(options.StatePath(stage.Name));
    }

    private static IEnumerable<StepReport> Progress(IEnumerable<StepReport> reports, Stopwatch clock)
    {
        var (told, first) = (TimeSpan.FromSeconds(-10), -1);
        foreach (var report in reports)
        {
            if (first < 0) first = report.Step - 1;
            if (clock.Elapsed - told > TimeSpan.FromSeconds(10) || report.Step == report.Steps)
            {
                told = clock.Elapsed;
                var left = clock.Elapsed / (report.Step - first) * (report.Steps - report.Step);
                var measures = string.Concat(report.Measures.Take(MeasuresShown).Select(m => $"  {m.Key} {m.Value:g4}"));
                AnsiConsole.MarkupLineInterpolated(
                    $"  step {report.Step}/{report.Steps}  loss {report.Loss:f4}{measures}  left {left:hh\\:mm\\:ss}");
            }
            yield return report;
        }
    }
}
