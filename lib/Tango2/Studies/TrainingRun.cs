using System.Text.Json;
using Tango2.Training;

namespace Tango2.Studies;

/// <summary>A training run's numbers by step: of a run just made, or of a shipped stage's record.</summary>
/// <param name="points">Its steps; some measures come only in some of them.</param>
public sealed class TrainingRun(IReadOnlyList<TrainingPoint> points)
{
    private const string LossName = "loss";

    /// <summary>Its steps.</summary>
    public IReadOnlyList<TrainingPoint> Points { get; } = points;

    /// <summary>A run, which is made as it is read here.</summary>
    public static TrainingRun Of(IEnumerable<StepReport> reports) =>
        new([.. reports.Select(r => new TrainingPoint(r.Step, r.Loss, r.Measures))]);

    /// <summary>The curve in a training's record.</summary>
    /// <param name="path">A JSON file whose key "curve" holds points of step, loss and measures.</param>
    public static TrainingRun Read(string path)
    {
        using var record = JsonDocument.Parse(File.ReadAllBytes(path));
        return new([.. record.RootElement.GetProperty("curve").EnumerateArray().Select(p => new TrainingPoint(
            p.GetProperty("step").GetInt32(), Number(p.GetProperty(LossName)),
            p.GetProperty("measures").EnumerateObject().ToDictionary(m => m.Name, m => Number(m.Value))))]);
    }

    /// <summary>The steps that have a measure.</summary>
    /// <exception cref="ArgumentException">No step has it; the message lists the measures that there are.</exception>
    public TrainingRun With(string measure)
    {
        TrainingPoint[] points = [.. Points.Where(p => p.Measures.ContainsKey(measure))];
        return points.Length > 0 ? new(points) : throw new ArgumentException(
            $"The run has no measure '{measure}'; it has {string.Join(", ", Points
                .SelectMany(p => p.Measures.Keys).Prepend(LossName).Distinct())}.");
    }

    /// <summary>The steps that lack a measure; all of them where none has it.</summary>
    public TrainingRun Without(string measure) => new([.. Points.Where(p => !p.Measures.ContainsKey(measure))]);

    /// <summary>A measure at the steps that have it; "loss" is the loss.</summary>
    /// <exception cref="ArgumentException">No step has it; the message lists the measures that there are.</exception>
    public double[] Values(string measure) => measure == LossName
        ? [.. Points.Select(p => p.Loss)]
        : [.. With(measure).Points.Select(p => p.Measures[measure])];

    /// <summary>A measure over the steps, as figures take curves.</summary>
    /// <param name="name">What the legend says.</param>
    /// <param name="measure">"loss", or a measure's name.</param>
    /// <exception cref="ArgumentException">No step has it; the message lists the measures that there are.</exception>
    public (string Name, double[] X, double[] Y) Curve(string name, string measure) =>
        (name, [.. (measure == LossName ? this : With(measure)).Points.Select(p => (double)p.Step)], Values(measure));

    // A measure that nothing counted for is NaN, which JSON has as a text.
    private static double Number(JsonElement value) => value.ValueKind == JsonValueKind.String ? double.NaN : value.GetDouble();
}

/// <summary>One step of a training run.</summary>
/// <param name="Step">From 1.</param>
/// <param name="Loss">Of the batch, before the update.</param>
/// <param name="Measures">Other numbers by name, such as the DPO accuracy.</param>
public sealed record TrainingPoint(int Step, double Loss, IReadOnlyDictionary<string, double> Measures);
