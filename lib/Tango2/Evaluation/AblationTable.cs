using Tango2.Metrics;

namespace Tango2.Evaluation;

/// <summary>The rows of an ablation or a sweep as they are finished, as a file.</summary>
/// <param name="Prompts">Prompts that each row was measured on.</param>
/// <param name="Base">The metrics of the model before alignment on the same prompts, by key.</param>
/// <param name="Rows">Those that are finished, in the order of the variants.</param>
public sealed record AblationTable(
    int Prompts, IReadOnlyDictionary<string, double> Base, IReadOnlyList<AblationRow> Rows)
{
    /// <summary>The table in a file; null if there is no file.</summary>
    /// <exception cref="InvalidDataException">The file is no such table.</exception>
    public static AblationTable? Read(string path) => !File.Exists(path) ? null : ResultJson.Read<AblationTable>(
        path, "table of ablations", "base, and rows with change and fromOther", table => table is { Base: not null, Rows: not null }
            && table.Rows.All(row => row is { Change: not null, FromOther: not null }));

    /// <summary>Writes the table.</summary>
    public void Write(string path) => ResultJson.Write(path, this);

    /// <summary>The row of a variant; null if it is not finished.</summary>
    public AblationRow? Row(string name) => Rows.FirstOrDefault(row => row.Name == name);
}

/// <summary>A finished row of an ablation.</summary>
/// <param name="Name">Of the variant.</param>
/// <param name="Pairs">Pairs trained on.</param>
/// <param name="Steps">Updates that each training makes.</param>
/// <param name="Trainings">Trainings, which differ in their seed, that the values are means of.</param>
/// <param name="Metrics">Every metric's value by key.</param>
/// <param name="Change">Row − base by key, with 95 % intervals over prompts, trainings pooled.</param>
/// <param name="Other">The row that it is compared with: mostly the first, which has all parts.</param>
/// <param name="FromOther">Row − that row likewise, with the same prompts and noise: the changed part's worth, with its sign turned.</param>
public sealed record AblationRow(
    string Name, int Pairs, int Steps, int Trainings, IReadOnlyDictionary<string, double> Metrics,
    IReadOnlyDictionary<string, Interval> Change, string Other, IReadOnlyDictionary<string, Interval> FromOther)
{
    /// <summary>
    /// DPO accuracy: the share of the pairs of the last updates whose winner the loss took for the better one, the mean of the trainings;
    /// null of objectives without it, and where it was not kept.
    /// </summary>
    public double? Accuracy { get; init; }

    /// <summary>A row of its changes from the base and from another row.</summary>
    public static AblationRow Of(
        string name, int pairs, int steps, int trainings, string other, IReadOnlyDictionary<Metric, Change> fromBase,
        IReadOnlyDictionary<Metric, Change> fromOther)
    {
        return new(
            name, pairs, steps, trainings, fromBase.ToDictionary(c => c.Key.Key, c => c.Value.After), Intervals(fromBase), other,
            Intervals(fromOther));

        static Dictionary<string, Interval> Intervals(IReadOnlyDictionary<Metric, Change> changes) =>
            changes.ToDictionary(c => c.Key.Key, c => c.Value.Interval);
    }

    /// <summary>How a metric changed from the base.</summary>
    public Interval ChangeOf(Metric metric) => Change[metric.Key];
}
