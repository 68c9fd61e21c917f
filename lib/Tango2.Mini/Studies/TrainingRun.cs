using System.Text.Json;
using Tango2.Lab;
using Tango2.Pipelines;
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

    /// <summary>The record of a stage that the lab has finished.</summary>
    /// <param name="models">Its folder has training/stage.json.</param>
    /// <param name="stage">Such as "unet-aligned".</param>
    /// <exception cref="FileNotFoundException">The stage has no record.</exception>
    /// <exception cref="ArgumentException">There is no such stage; the message lists those there are.</exception>
    public static TrainingRun Read(ModelStore models, string stage)
    {
        ArgumentNullException.ThrowIfNull(models);
        var path = models.PathOf(Path.Combine("training", $"{stage}.json"));
        if (!File.Exists(path))
            throw new FileNotFoundException(
                $"{path} does not exist: run `tango2 train mini {MiniLab.Stage(stage).Name}` to make it.", path);
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
    private static double Number(JsonElement value) => JsonSerializer.Deserialize<double>(value, LabJson.Options);
}
