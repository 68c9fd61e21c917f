namespace Tango2.Evaluation;

/// <summary>What could be better than a model's clips, on the same prompts, as a file.</summary>
/// <param name="Prompts">Prompts of each row.</param>
/// <param name="Guidance">The scale that all models are sampled with.</param>
/// <param name="Rows">In the order in which they are shown.</param>
public sealed record RoomTable(int Prompts, double Guidance, IReadOnlyList<RoomRow> Rows)
{
    /// <summary>Reads the table; null if there is no file.</summary>
    /// <exception cref="InvalidDataException">The file is no such table.</exception>
    public static RoomTable? Read(string path) => !File.Exists(path) ? null : ResultJson.Read<RoomTable>(
        path, "table of the room", "rows", table => table is { Rows.Count: > 0 });

    /// <summary>Writes the table.</summary>
    public void Write(string path) => ResultJson.Write(path, this);
}

/// <summary>Other clips beside the model's.</summary>
/// <param name="Name">What they are.</param>
/// <param name="Changes">The model's value, theirs and the change, by the metric's key.</param>
public sealed record RoomRow(string Name, IReadOnlyDictionary<string, Change> Changes)
{
    /// <summary>A metric of the model and of this row.</summary>
    public Change this[Metric metric] => Changes[metric.Key];
}
