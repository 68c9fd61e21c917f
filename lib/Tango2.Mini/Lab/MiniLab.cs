using System.Diagnostics;
using Tango2.Files;
using Tango2.Studies;
using Tango2.Training;
using static System.FormattableString;

namespace Tango2.Mini.Lab;

/// <summary>Makes all mini models, stage by stage.</summary>
internal static class MiniLab
{
    private const int MeasuresShown = 4, CurvePoints = 100;

    /// <summary>All stages, each after those that it needs.</summary>
    public static IReadOnlyList<LabStage> Stages { get; } =
    [
        TokenizerStage.Stage, VaeStage.Stage, VocoderStage.Stage, RevoicedCorpus.Stage, GroundingStage.Detector,
        GroundingStage.Grounding, TaggerStage.Stage, ClapStage.Stage("a"), ClapStage.Stage("b"),
        ClapStage.Stage("judge"), TextEncoderStage.Stage, BaseStage.Stage, SamplerStage.Stage, ListenerStage.Stage, ThresholdStage.Stage,
        CandidateStage.Candidates, CandidateStage.Ranking, AblationStage.Sweep, AlignStage.Stage, OneNoiseStage.Stage,
        AlignStage.Guided, .. AlignStage.More, OnlineStage.Stage, AblationStage.Recipes, GuidanceStage.Stage, RoomStage.Stage,
        GainStage.Stage, AblationStage.Stage,
    ];

    /// <summary>Trains stages by name; see <see cref="Run(LabOptions, IReadOnlyList{LabStage}, bool, Action{string}?, CancellationToken)"/>.</summary>
    /// <param name="options">Seed, folders and effort.</param>
    /// <param name="names">The stages, or none for all that are not optional.</param>
    /// <param name="again">Whether to train finished stages anew.</param>
    /// <param name="tell">Told, line by line, how the work goes.</param>
    /// <param name="cancellation">Stops between two steps; the run goes on there next time.</param>
    /// <exception cref="ArgumentException">There is no such stage; the message lists those there are.</exception>
    public static void Train(
        LabOptions options, IReadOnlyList<string> names, bool again = false, Action<string>? tell = null,
        CancellationToken cancellation = default)
    {
        LabStage[] wanted = [.. names.Select(Stage)];
        Run(options, [.. Stages.Where(s => wanted.Length == 0 ? !s.Optional : wanted.Contains(s))], again, tell, cancellation);
    }

    /// <summary>
    /// Trains stages in the given order; those that have finished are left alone unless asked for again. Whether all can be
    /// trained is checked before the first: what they need, and that nothing there belongs to another seed or effort.
    /// </summary>
    /// <param name="options">Seed, folders and effort.</param>
    /// <param name="stages">The stages.</param>
    /// <param name="again">Whether to train finished stages anew.</param>
    /// <param name="tell">Told, line by line, how the work goes.</param>
    /// <param name="cancellation">Stops between two steps; the run goes on there next time.</param>
    /// <exception cref="ArgumentException">An option is out of range, or a stage has finished with others.</exception>
    /// <exception cref="FileNotFoundException">A stage needs a file that is missing; the message names its maker.</exception>
    /// <exception cref="InvalidDataException">What an unfinished stage has left belongs to another run.</exception>
    public static void Run(
        LabOptions options, IReadOnlyList<LabStage> stages, bool again = false, Action<string>? tell = null,
        CancellationToken cancellation = default)
    {
        options.Validate();
        AtomicFile.CheckFolder(options.Models.Folder, "--out");
        using var held = WorkLock.Take(options);
        HashSet<string> finished = again ? [] : [.. stages.Where(s => StageRecord.IsThere(options, s)).Select(s => s.Name)];
        Requirements.Check(options, [.. stages.Where(s => !finished.Contains(s.Name))], again);
        foreach (var stage in stages)
        {
            if (finished.Contains(stage.Name))
                tell?.Invoke($"{stage.Name}: finished before (--again trains it anew)");
            else
                Run(stage, options, again, tell, cancellation);
        }
    }

    /// <summary>Measures finished stages again, without training; tells what they reach and writes it to their records.</summary>
    /// <param name="options">Seed, folders and effort.</param>
    /// <param name="names">The stages; at least one.</param>
    /// <param name="tell">Told, line by line, what they reach.</param>
    /// <exception cref="ArgumentException">
    /// No stage is named, there is no such stage, one measures only as it trains, or one has finished with other options.
    /// </exception>
    /// <exception cref="FileNotFoundException">A file is missing; the message tells which stage makes it.</exception>
    public static void Measure(LabOptions options, IReadOnlyList<string> names, Action<string>? tell = null)
    {
        if (names.Count == 0) throw new ArgumentException("Name the stages to measure, such as `train mini detector --measure`.");
        options.Validate();
        LabStage[] stages = [.. names.Select(Stage)];
        foreach (var stage in stages) Requirements.CheckMeasure(options, stage);
        foreach (var stage in stages)
        {
            tell?.Invoke($"{stage.Name}: {stage.Purpose}");
            var measures = Rounded(stage.Test(options));
            Tell(measures, tell);
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

    private static void Tell(IReadOnlyDictionary<string, double> measures, Action<string>? tell)
    {
        foreach (var (name, value) in measures) tell?.Invoke(Invariant($"  {name}: {value}"));
    }

    private static void Run(
        LabStage stage, LabOptions options, bool again, Action<string>? tell, CancellationToken cancellation)
    {
        tell?.Invoke($"{stage.Name}: {stage.Purpose}");
        if (again)
        {
            StageFolder.Delete(options, stage.Name);
            var record = RecordPath(options, stage.Name);
            if (File.Exists(record)) File.Delete(record); // Delete itself minds a missing folder
            if (stage.Kept is not null && options.Models.PathOf(stage.Kept) is var kept && Directory.Exists(kept))
                foreach (var made in Directory.GetFiles(kept, "*.safetensors")) File.Delete(made);
        }
        var folder = StageFolder.Open(options, stage);
        var curve = stage switch
        {
            LessonStage lesson => Curve(lesson, options, folder, tell, cancellation),
            _ => Worked((WorkStage)stage, options, folder, tell, cancellation),
        };
        var measurable = Requirements.Unmeasurable(options, stage, new HashSet<string>()) is null;
        var measures = measurable ? Rounded(stage.Test(options)) : [];
        Tell(measures, tell);
        StageRecord.Write(options, stage.Name, folder.Seconds, measures, curve);
        folder.Finish();
    }

    /// <summary>Trains; gives about a hundred points of the curve, those of earlier parts of the run among them.</summary>
    private static List<TrainingPoint> Curve(
        LessonStage stage, LabOptions options, StageFolder folder, Action<string>? tell, CancellationToken cancellation)
    {
        var pace = new LabPace(tell);
        var curve = new List<TrainingPoint>();
        try
        {
            foreach (var report in stage.Fit(options))
            {
                cancellation.ThrowIfCancellationRequested();
                folder.Spend(pace.Elapsed);
                if (report.Restored) pace.Skip(report.Step, report.Steps);
                else pace.Tell(report.Step, report.Steps, () => string.Concat(report.Measures.Take(MeasuresShown)
                    .Select(m => Invariant($"  {m.Key} {m.Value:g4}")).Prepend(Invariant($"  loss {report.Loss:f4}"))));
                if (report.Step % Math.Max(1, report.Steps / CurvePoints) == 0)
                    curve.Add(new(report.Step, Math.Round(report.Loss, 5), report.Measures));
            }
        }
        catch (DivergedException error)
        {
            throw new InvalidDataException($"{stage.Name}: {error.Message}", error);
        }
        folder.Spend(pace.Elapsed);
        return curve;
    }

    private static List<TrainingPoint>? Worked(
        WorkStage stage, LabOptions options, StageFolder folder, Action<string>? tell, CancellationToken cancellation)
    {
        var pace = new LabPace(tell);
        foreach (var (done, of) in stage.Work(options))
        {
            cancellation.ThrowIfCancellationRequested();
            folder.Spend(pace.Elapsed);
            pace.Tell(done, of, () => "");
        }
        folder.Spend(pace.Elapsed);
        return null;
    }
}

/// <summary>Tells now and then how far a stage is, and how long it will take.</summary>
/// <param name="tell">Told a line at a time; null tells nobody.</param>
internal sealed class LabPace(Action<string>? tell)
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(10);
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TimeSpan _told = -Between;
    private int _first, _seen, _reports;

    /// <summary>Since this part of the work began.</summary>
    public TimeSpan Elapsed => _clock.Elapsed;

    /// <summary>A step that was made before.</summary>
    public void Skip(int step, int steps)
    {
        if (step == steps) tell?.Invoke("  all steps were made before");
    }

    /// <summary>A step that was made now.</summary>
    /// <param name="step">Its number, from 1.</param>
    /// <param name="steps">How many there are.</param>
    /// <param name="more">What else to tell of it.</param>
    public void Tell(int step, int steps, Func<string> more)
    {
        if (_reports == 0) (_seen, _first) = (step, step - 1);
        else if (_reports == 1) _first = _seen - (step - _seen); // the first stride is taken to be as long as the second
        _reports++;
        if (_clock.Elapsed - _told <= Between && step != steps) return;
        _told = _clock.Elapsed;
        // Of the first it is not known how far it went.
        var left = _reports == 1 && step != steps ? ""
            : Invariant($"  left {_clock.Elapsed / Math.Max(1, step - _first) * (steps - step):hh\\:mm\\:ss}");
        tell?.Invoke(Invariant($"  step {step}/{steps}{more()}{left}"));
    }
}
