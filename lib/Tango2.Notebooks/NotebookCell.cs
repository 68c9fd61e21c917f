using System.Text.Json.Nodes;

namespace Tango2.Notebooks;

/// <summary>One cell of a notebook, over its JSON.</summary>
internal sealed class NotebookCell
{
    private readonly JsonObject _json;

    /// <summary>Wraps a cell and gives it an id and metadata where it has none.</summary>
    /// <param name="json">The cell, of the form that <see cref="NotebookFormat"/> checks.</param>
    /// <param name="id">The id if it has none.</param>
    public NotebookCell(JsonObject json, string id)
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

    /// <summary>What hosts and this runner noted of the cell.</summary>
    public JsonObject Metadata => _json["metadata"]!.AsObject();

    /// <summary>Whether the cell carries <paramref name="tag"/> in its metadata.</summary>
    public bool HasTag(string tag) =>
        _json["metadata"]?["tags"] is JsonArray tags && tags.Any(t => (string?)t == tag);

    /// <summary>What the cell takes, roughly: metadata.tango2.seconds where it is long, else half a second.</summary>
    public double Seconds => (double?)_json["metadata"]?["tango2"]?["seconds"] ?? 0.5;

    /// <summary>Replaces the outputs; returns the cell.</summary>
    public NotebookCell SetOutputs(int? executionCount, JsonArray outputs)
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

    /// <summary>Text as nbformat writes it: a list of lines, each but the last with its line end.</summary>
    public static JsonArray Lines(string text)
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
