using System.Diagnostics;
using Spectre.Console;
using Tango2.Files;
using Tango2.Training;

namespace Tango2.Lab;

/// <summary>Makes all mini models, stage by stage.</summary>
public static class MiniLab
{
    private const int MeasuresShown = 4;

    /// <summary>All stages; each needs those before it that are not optional.</summary>
    public static IReadOnlyList<LabStage> Stages { get; } =
    [
        TokenizerStage.Stage, VaeStage.Stage, VocoderStage.Stage, RevoicedCorpus.Stage, GroundingStage.Detector,
        GroundingStage.Grounding, TaggerStage.Stage, ClapStage.Stage("a"), ClapStage.Stage("b"),
        ClapStage.Stage("judge"), TextEncoderStage.Stage, BaseStage.Stage, ThresholdStage.Stage, CandidateStage.Stage,
        AlignStage.Ranking, AblationStage.Sweep, AlignStage.Alignment, GuidanceStage.Stage, AblationStage.Stage,
    ];

    /// <summary>Trains stages by name; see <see cref="Run"/>.</summary>
    /// <param name="options">Seed, folders and effort.</param>
    /// <param name="names">The stages, or none for all that are not optional.</param>
    /// <param name="again">Whether to train finished stages anew.</param>
    /// <param name="cancellation">Stops between two steps; the run goes on there next time.</param>
    /// <exception cref="ArgumentException">There is no such stage; the message lists those there are.</exception>
    public static void Train(
        LabOptions options, IReadOnlyList<string> names, bool again = false, CancellationToken cancellation = default)
    {
        LabStage[] wanted = [.. names.Select(Stage)];
        Run(options, [.. Stages.Where(s => wanted.Length == 0 ? !s.Optional : wanted.Contains(s))], again, cancellation);
    }

    /// <summary>
    /// Trains stages in the given order; those that have finished are left alone unless asked for again. Whether all can be
    /// trained is checked before the first: what they need, and that nothing there belongs to another seed or effort.
    /// </summary>
    /// <param name="options">Seed, folders and effort.</param>
    /// <param name="stages">The stages.</param>
    /// <param name="again">Whether to train finished stages anew.</param>
    /// <param name="cancellation">Stops between two steps; the run goes on there next time.</param>
    /// <exception cref="ArgumentException">An option is out of range, or a stage has finished with others.</exception>
    /// <exception cref="FileNotFoundException">A stage needs a file that is missing; the message names its maker.</exception>
    /// <exception cref="InvalidDataException">What an unfinished stage has left belongs to another run.</exception>
    public static void Run(
        LabOptions options, IReadOnlyList<LabStage> stages, bool again = false, CancellationToken cancellation = default)
    {
        options.Validate();
        AtomicFile.CheckFolder(options.Models.Folder, "--out");
        using var held = WorkLock.Take(options);
        HashSet<string> finished = again ? [] : [.. stages.Where(s => StageRecord.IsThere(options, s)).Select(s => s.Name)];
        Requirements.Check(options, [.. stages.Where(s => !finished.Contains(s.Name))], again);
        foreach (var stage in stages)
        {
            if (finished.Contains(stage.Name))
                AnsiConsole.MarkupLine($"[grey]{stage.Name}: finished before (--again trains it anew)[/]");
            else
                Train(stage, options, again, cancellation);
        }
    }

    /// <summary>Measures finished stages again, without training; prints what they reach and writes it to their records.</summary>
    /// <param name="options">Seed, folders and effort.</param>
    /// <param name="names">The stages; at least one.</param>
    /// <exception cref="ArgumentException">
    /// No stage is named, there is no such stage, one measures only as it trains, or one has finished with other options.
    /// </exception>
    /// <exception cref="FileNotFoundException">A file is missing; the message tells which stage makes it.</exception>
    public static void Measure(LabOptions options, IReadOnlyList<string> names)
    {
        if (names.Count == 0) throw new ArgumentException("Name the stages to measure, such as `train mini detector --measure`.");
        options.Validate();
        LabStage[] stages = [.. names.Select(Stage)];
        foreach (var stage in stages) Requirements.CheckMeasure(options, stage);
        foreach (var stage in stages)
        {
            AnsiConsole.MarkupLine($"[bold]{stage.Name}[/]: {stage.Purpose}");
            var measures = Rounded(stage.Test(options));
            Print(measures);
            StageRecord.Update(options, stage.Name, measures);
        }
    }

    /// <summary>The stage of that name.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those there are.</exception>
    public static LabStage Stage(string name) => Stages.FirstOrDefault(s => s.Name == name) ?? throw new ArgumentException(
        $"There is no stage '{name}'; there are {string.Join(", ", Stages.Select(s => s.Name))}.");

    /// <summary>The training record of a finished stage.</summary>
    public static string RecordPath(LabOptions options, string stage) =>
        options.Models.PathOf(Path.Combine("training", $"{stage}.json"));

    private static Dictionary<string, double> Rounded(IReadOnlyDictionary<string, double> measures) =>
        measures.ToDictionary(m => m.Key, m => Math.Round(m.Value, 4));

    private static void Print(IEnumerable<KeyValuePair<string, double>> measures)
    {
        foreach (var (name, value) in measures) AnsiConsole.MarkupLineInterpolated($"  {name}: {value}");
    }

    private static void Train(LabStage stage, LabOptions options, bool again, CancellationToken cancellation)
    {
        AnsiConsole.MarkupLine($"[bold]{stage.Name}[/]: {stage.Purpose}");
        if (again)
        {
            StageFolder.Delete(options, stage.Name);
            var record = RecordPath(options, stage.Name);
            if (File.Exists(record)) File.Delete(record); // Delete itself minds a missing folder
        }
        var work = StageFolder.Open(options, stage);
        var curve = Curve(stage, options, work, cancellation);
        var measurable = Requirements.Unmeasurable(options, stage, new HashSet<string>()) is null;
        var measures = measurable ? Rounded(stage.Test(options)) : [];
        Print(measures);
        StageRecord.Write(options, stage.Name, work.Seconds, measures, curve);
        work.Finish();
    }

    /// <summary>Trains; gives about a hundred points of the curve, those of earlier parts of the run among them.</summary>
    private static List<object> Curve(
        LabStage stage, LabOptions options, StageFolder work, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        var curve = new List<object>();
        try
        {
            foreach (var report in Progress(stage.Train(options), clock))
            {
                cancellation.ThrowIfCancellationRequested();
                work.Spend(clock.Elapsed);
                if (report.Step % Math.Max(1, report.Steps / 100) == 0)
                    curve.Add(new { report.Step, Loss = Math.Round(report.Loss, 5), report.Measures });
            }
        }
        catch (InvalidOperationException error) when (error.Message.StartsWith(Trainer.Diverged, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{stage.Name}: {error.Message}", error);
        }
        work.Spend(clock.Elapsed);
        return curve;
    }

    private static IEnumerable<StepReport> Progress(IEnumerable<StepReport> reports, Stopwatch clock)
    {
        var (told, first) = (TimeSpan.FromSeconds(-10), -1);
        foreach (var report in reports)
        {
            if (first < 0 && !report.Restored) first = report.Step - 1;
            if (report.Restored)
            {
                if (report.Step == report.Steps) AnsiConsole.MarkupLine("  all steps were made before");
            }
            else if (clock.Elapsed - told > TimeSpan.FromSeconds(10) || report.Step == report.Steps)
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
