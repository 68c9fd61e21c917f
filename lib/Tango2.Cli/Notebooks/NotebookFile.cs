using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tango2.Cli.Notebooks;

/// <summary>An .ipynb document, nbformat 4.5: read, filled with outputs, written back with stable cell ids.</summary>
internal sealed class NotebookFile
{
    private static readonly JsonSerializerOptions Layout = new()
    {
        WriteIndented = true,
        IndentSize = 1,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly JsonObject _root;

    private NotebookFile(JsonObject root, IReadOnlyList<NotebookCell> cells) => (_root, Cells) = (root, cells);

    /// <summary>All cells in order, text and code.</summary>
    public IReadOnlyList<NotebookCell> Cells { get; }

    /// <summary>The first heading of the first text cell, or null.</summary>
    public string? Title => Cells.Where(cell => !cell.IsCode)
        .SelectMany(cell => cell.Source.Split('\n'))
        .FirstOrDefault(line => line.StartsWith("# ", StringComparison.Ordinal))?[2..].Trim();

    /// <summary>The weights that the notebook says it needs: metadata.tango2.needs, names of files without extension.</summary>
    public IReadOnlyList<string> Needs => Names("needs");

    /// <summary>The notebooks whose results this one reads: metadata.tango2.after, names of files without extension.</summary>
    public IReadOnlyList<string> After => Names("after");

    /// <summary>Reads a notebook.</summary>
    /// <exception cref="InvalidDataException">The file is no notebook of format 4.</exception>
    public static NotebookFile Load(string path)
    {
        if (!File.Exists(path)) throw new FileNotFoundException($"There is no notebook {path}.", path);
        JsonObject root;
        try
        {
            root = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"{path} is not a notebook: {error.Message}", error);
        }
        if (root["nbformat"] is not JsonValue format || format.GetValue<int>() != 4 || root["cells"] is not JsonArray cells)
            throw new InvalidDataException($"{path} must be a notebook of nbformat 4 with a list of cells.");
        return new(root, [.. cells.Select((cell, index) => new NotebookCell(cell!.AsObject(), index))]);
    }

    /// <summary>The text of the file, nbformat 4.5; no times, so that equal runs give equal files.</summary>
    public string ToJson()
    {
        _root["nbformat"] = 4;
        _root["nbformat_minor"] = 5;
        _root["metadata"] ??= new JsonObject();
        return _root.ToJsonString(Layout) + "\n";
    }

    private IReadOnlyList<string> Names(string key) => _root["metadata"]?["tango2"]?[key] is JsonArray names
        ? [.. names.Select(name => name!.GetValue<string>())]
        : [];
}
