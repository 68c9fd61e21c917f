namespace Tango2.Evaluation;

/// <summary>What could be better than a model's clips, on the same prompts at one guidance scale, as a file.</summary>
/// <param name="Prompts">How many prompts.</param>
/// <param name="Rows">Other clips by their name, in the order in which they are shown: the model's metrics, theirs and the change.</param>
public sealed record RoomTable(int Prompts, IReadOnlyDictionary<string, GuidancePoint> Rows)
{
    /// <summary>Reads the table; null if there is no file.</summary>
    /// <exception cref="InvalidDataException">The file is no such table.</exception>
    public static RoomTable? Read(string path) => !File.Exists(path) ? null : ResultJson.Read<RoomTable>(
        path, "table of the room", "rows", table => table is { Rows.Count: > 0 });

    /// <summary>Writes the table.</summary>
    public void Write(string path) => ResultJson.Write(path, this);
}
