namespace Tango2.Evaluation;

/// <summary>Two models at several guidance scales, as a file.</summary>
/// <param name="Prompts">Prompts of each point.</param>
/// <param name="Points">Both models at one scale, in the order of the scales.</param>
/// <param name="Best">Each model at the scale that the judge likes best for it, on other prompts.</param>
/// <param name="BestPrompts">How many those are.</param>
/// <param name="BestOfBase">The scale that the judge likes best for the base, on validation prompts.</param>
public sealed record GuidanceTable(
    int Prompts, IReadOnlyList<GuidancePoint> Points, GuidancePoint Best, int BestPrompts, double BestOfBase)
{
    /// <summary>Reads the table.</summary>
    /// <exception cref="InvalidDataException">The file is no such table.</exception>
    public static GuidanceTable Read(string path) => ResultJson.Read<GuidanceTable>(
        path, "table of guidance scales", "points, best and bestOfBase",
        table => table is { Points.Count: > 0, Best: not null, BestOfBase: > 0 });

    /// <summary>Writes the table.</summary>
    public void Write(string path) => ResultJson.Write(path, this);

    /// <summary>The point at a scale.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists the scales.</exception>
    public GuidancePoint At(double scale) => Points.FirstOrDefault(point => point.Base == scale)
        ?? throw new ArgumentException(FormattableString.Invariant(
            $"There is no point at w = {scale}; there are {string.Join(", ", Points.Select(p => FormattableString.Invariant($"{p.Base}")))}."));
}

/// <summary>Two models on the same prompts, each at a guidance scale.</summary>
/// <param name="Base">The scale of the model before alignment.</param>
/// <param name="Aligned">The scale of the aligned model.</param>
/// <param name="Changes">Both models' values and the change, by the metric's key.</param>
public sealed record GuidancePoint(double Base, double Aligned, IReadOnlyDictionary<string, Change> Changes)
{
    /// <summary>A metric of both models.</summary>
    public Change this[Metric metric] => Changes[metric.Key];

    /// <summary>A point of some metrics, rounded as files have them.</summary>
    /// <param name="scale">The scale of the model before alignment.</param>
    /// <param name="aligned">The scale of the aligned model.</param>
    /// <param name="changes">Of all metrics.</param>
    /// <param name="metrics">Those to keep.</param>
    public static GuidancePoint Of(
        double scale, double aligned, IReadOnlyDictionary<Metric, Change> changes, IEnumerable<Metric> metrics) => new(
        scale, aligned, metrics.ToDictionary(metric => metric.Key, metric => changes[metric].Rounded()));
}
