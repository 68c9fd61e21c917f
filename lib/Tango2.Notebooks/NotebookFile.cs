using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tango2.Notebooks;

/// <summary>An .ipynb document, nbformat 4.5: read, filled with outputs, written back with stable cell ids.</summary>
internal sealed class NotebookFile
{
    /// <summary>How deep JSON may go: what a cell shows (64 at most) and what the file has around it.</summary>
    internal const int Deepest = 128;

    private static readonly JsonSerializerOptions Layout = new()
    {
        MaxDepth = Deepest,
        WriteIndented = true,
        IndentSize = 1,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

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
    internal IReadOnlyList<string> After => Names("after");

    /// <summary>The notebook's own metadata.</summary>
    internal JsonObject Metadata => (_root["metadata"] ??= new JsonObject()).AsObject();

    internal IEnumerable<NotebookCell> CodeCells => Cells.Where(cell => cell.IsCode);

    /// <summary>Reads a notebook.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is no notebook of format 4; the message names the cell that is wrong.</exception>
    public static NotebookFile Load(string path)
    {
        var root = NotebookFormat.Check(path, Parse(path));
        var cells = root["cells"]!.AsArray().Select(cell => cell!.AsObject()).ToArray();
        var ids = cells.Select(cell => (string?)cell["id"]).ToHashSet();
        return new(root, [.. cells.Select((cell, index) => new NotebookCell(cell, FreeId(ids, index)))]);
    }

    /// <summary>Takes out of a notebook that another host ran what tells of the machine and of the host: the file is written whole.</summary>
    /// <param name="path">The .ipynb.</param>
    /// <param name="told">Told what was removed.</param>
    /// <param name="warned">Told the addresses that stay, since they stand in what a person wrote.</param>
    /// <returns>Whether no address stays.</returns>
    /// <exception cref="InvalidDataException">The file is no notebook.</exception>
    public static bool Clean(string path, TextWriter told, TextWriter warned)
    {
        var cleaned = NotebookCleaning.Clean(path);
        told.WriteLine(cleaned.Removed.Count == 0 ? $"{path}: nothing to remove" : $"{path}: removed");
        foreach (var what in cleaned.Removed) told.WriteLine($"  {what}");
        foreach (var address in cleaned.Left) warned.WriteLine($"{path}, {address} stays, as it is no output: change it by hand.");
        return cleaned.Left.Count == 0;
    }

    /// <summary>Reads a notebook that is to be run, and checks what can be known before its cells run.</summary>
    /// <param name="path">The .ipynb.</param>
    /// <param name="parameters">Values for its cell tagged <c>parameters</c>.</param>
    /// <exception cref="InvalidDataException">It is no notebook, or a cell is not C# or has a directive that is not known.</exception>
    /// <exception cref="ArgumentException">There are parameters, but no cell for them.</exception>
    internal static NotebookFile LoadToRun(string path, IReadOnlyDictionary<string, string> parameters)
    {
        var notebook = Load(path);
        NotebookCell[] cells = [.. notebook.CodeCells];
        NotebookLanguage.Check(path, notebook._root["metadata"] as JsonObject, cells);
        try
        {
            for (var i = 0; i < cells.Length; i++) CellSource.Parse(NotebookRecord.PlaceOf(path, i + 1), cells[i].Source, isScript: false);
        }
        catch (CellException error)
        {
            throw new InvalidDataException($"{path}: {error.Message}", error);
        }
        if (parameters.Count > 0 && !cells.Any(cell => cell.HasTag(NotebookParameters.Tag)))
            throw new ArgumentException($"{path} has no cell tagged 'parameters', so --param has nothing to set.");
        return notebook;
    }

    /// <summary>The text of the file, nbformat 4.5; no times, so that equal runs give equal files.</summary>
    internal string ToJson()
    {
        _root["nbformat"] = 4;
        _root["nbformat_minor"] = 5;
        _root["metadata"] ??= new JsonObject();
        return _root.ToJsonString(Layout) + "\n";
    }

    private static JsonNode? Parse(string path)
    {
        if (Directory.Exists(path)) throw new InvalidDataException($"{path} is a folder: name a notebook (.ipynb).");
        if (!File.Exists(path)) throw new FileNotFoundException($"There is no notebook {path}.", path);
        try
        {
            var text = File.ReadAllText(path, Strict);
            return string.IsNullOrWhiteSpace(text)
                ? throw new InvalidDataException($"{path} is not a notebook: it is empty.")
                : JsonNode.Parse(text, documentOptions: new() { MaxDepth = Deepest });
        }
        catch (DecoderFallbackException error)
        {
            throw new InvalidDataException($"{path} is not a notebook: it holds bytes that are not UTF-8.", error);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"{path} is not a notebook: {error.Message}", error);
        }
    }

    /// <summary>cell-01 for the first cell, and so on; another if a cell has that id already.</summary>
    private static string FreeId(HashSet<string?> ids, int index)
    {
        var id = $"cell-{index + 1:00}";
        while (!ids.Add(id)) id += "-new";
        return id;
    }

    private IReadOnlyList<string> Names(string key) => _root["metadata"]?["tango2"]?[key] is JsonArray names
        ? [.. names.Select(name => name!.GetValue<string>())]
        : [];
}

/// <summary>One cell of a notebook, over its JSON.</summary>
internal sealed class NotebookCell
{
    private readonly JsonObject _json;

    /// <summary>Wraps a cell and gives it an id and metadata where it has none.</summary>
    /// <param name="json">The cell, of the form that <see cref="NotebookFormat"/> checks.</param>
    /// <param name="id">The id if it has none.</param>
    internal NotebookCell(JsonObject json, string id)
    {
        _json = json;
        _json["id"] ??= id;
        _json["metadata"] ??= new JsonObject();
    }

    /// <summary>Whether the cell is code; otherwise it is text.</summary>
    public bool IsCode => (string?)_json["cell_type"] == "code";

    /// <summary>Whether the cell is Markdown.</summary>
    public bool IsMarkdown => (string?)_json["cell_type"] == "markdown";

    /// <summary>The cell's text, lines joined.</summary>
    public string Source => Joined(_json["source"]).ReplaceLineEndings("\n");

    /// <summary>Outputs of a code cell, as nbformat objects.</summary>
    public JsonArray Outputs => _json["outputs"] as JsonArray ?? [];

    /// <summary>The number shown beside the cell; null before it ran.</summary>
    public int? ExecutionCount => (int?)_json["execution_count"];

    /// <summary>The cell as the file has it.</summary>
    internal JsonObject Json => _json;

    /// <summary>What hosts and this runner noted of the cell.</summary>
    internal JsonObject Metadata => _json["metadata"]!.AsObject();

    internal bool HasTag(string tag) =>
        _json["metadata"]?["tags"] is JsonArray tags && tags.Any(t => (string?)t == tag);

    /// <summary>What the cell takes, roughly: metadata.tango2.seconds where it is long, else half a second.</summary>
    internal double Seconds => (double?)_json["metadata"]?["tango2"]?["seconds"] ?? 0.5;

    /// <summary>Replaces the outputs; returns the cell.</summary>
    internal NotebookCell SetOutputs(int? executionCount, JsonArray outputs)
    {
        _json["execution_count"] = executionCount;
        _json["outputs"] = outputs;
        return this;
    }

    /// <summary>nbformat's text: one string, or a list of lines.</summary>
    public static string Joined(JsonNode? text) => text switch
    {
        JsonArray lines => string.Concat(lines.Select(line => (string?)line)),
        null => "",
        _ => text.GetValue<string>(),
    };

    /// <summary>nbformat's text where it is one, and nothing where it is something else, such as JSON.</summary>
    internal static string Text(JsonNode? node) => node switch
    {
        JsonArray lines when lines.All(IsText) => Joined(lines),
        JsonValue when IsText(node) => Joined(node),
        _ => "",
    };

    private static bool IsText(JsonNode? node) => node?.GetValueKind() == System.Text.Json.JsonValueKind.String;

    /// <summary>Text as nbformat writes it: a list of lines, each but the last with its line end.</summary>
    internal static JsonArray Lines(string text)
    {
        var lines = new JsonArray();
        for (var start = 0; start < text.Length;)
        {
            var end = text.IndexOf('\n', start) is var found && found < 0 ? text.Length : found + 1;
            lines.Add((JsonNode)text[start..end]);
            start = end;
        }
        return lines;
    }
}
