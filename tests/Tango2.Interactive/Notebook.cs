using System.Text.Json;

namespace Tango2.Interactive;

/// <summary>A committed notebook: its code cells, and what our runner showed when it was made.</summary>
/// <param name="Name">File name without extension.</param>
/// <param name="Cells">The code cells.</param>
internal sealed record Notebook(string Name, IReadOnlyList<Cell> Cells)
{
    public static Notebook Load(string path)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(path));
        var cells = json.RootElement.GetProperty("cells").EnumerateArray()
            .Where(cell => cell.GetProperty("cell_type").GetString() == "code");
        return new(Path.GetFileNameWithoutExtension(path), [.. cells.Select(ToCell)]);
    }

    private static Cell ToCell(JsonElement cell) => new(
        Joined(cell.GetProperty("source")),
        cell.GetProperty("metadata").TryGetProperty("tags", out var tags)
            && tags.EnumerateArray().Any(tag => tag.GetString() == "parameters"),
        [.. cell.GetProperty("outputs").EnumerateArray().Select(ToOutput)]);

    private static Output ToOutput(JsonElement output) => output.GetProperty("output_type").GetString() switch
    {
        "stream" => new(output.GetProperty("name").GetString()!, new() { ["text/plain"] = Joined(output.GetProperty("text")) }),
        "error" => new("error", new() { ["text/plain"] = output.GetProperty("evalue").GetString()! }),
        _ => new("shown", output.GetProperty("data").EnumerateObject().ToDictionary(face => face.Name, face => Joined(face.Value))),
    };

    /// <summary>nbformat's text, one string or a list of lines; of JSON its own text.</summary>
    private static string Joined(JsonElement text) => text.ValueKind switch
    {
        JsonValueKind.Array => string.Concat(text.EnumerateArray().Select(line => line.GetString())),
        JsonValueKind.String => text.GetString()!,
        _ => text.GetRawText(),
    };
}

/// <summary>A code cell.</summary>
/// <param name="Source">Its code.</param>
/// <param name="IsParameters">Whether it is tagged <c>parameters</c>.</param>
/// <param name="Outputs">What it showed in our runner.</param>
internal sealed record Cell(string Source, bool IsParameters, IReadOnlyList<Output> Outputs);

/// <summary>Something that a cell shows.</summary>
/// <param name="Kind">stdout, stderr, shown or error.</param>
/// <param name="Faces">Contents by MIME type.</param>
internal sealed record Output(string Kind, Dictionary<string, string> Faces);
