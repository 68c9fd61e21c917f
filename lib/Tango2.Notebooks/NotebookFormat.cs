using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tango2.Notebooks;

/// <summary>The form that an .ipynb of nbformat 4 must have; what departs from it is told with the file and the cell.</summary>
internal static class NotebookFormat
{
    private static readonly string[] CellTypes = ["code", "markdown", "raw"];

    /// <summary>Checks a notebook and returns it as an object.</summary>
    /// <param name="path">How messages name the file.</param>
    /// <param name="root">Its JSON.</param>
    /// <exception cref="InvalidDataException">It has another form.</exception>
    public static JsonObject Check(string path, JsonNode? root)
    {
        if (root is not JsonObject notebook) throw Wrong(path, $"a notebook must be an object, but is {Kind(root)}");
        CheckReadable(path, notebook, except: "cells");
        CheckVersion(path, notebook);
        if (notebook["cells"] is not JsonArray cells)
            throw Wrong(path, $"'cells' must be a list, but is {Kind(notebook, "cells")}");
        CheckMetadata(path, notebook);
        if (notebook["metadata"]?["tango2"] is JsonObject own)
            foreach (var key in new[] { "needs", "after" }) CheckTexts(path, $"metadata.tango2.{key}", own, key);
        for (var i = 0; i < cells.Count; i++) CheckCell(path, $"{path}: cell {i + 1}", cells[i]);
        CheckIds(path, cells);
        return notebook;
    }

    private static void CheckVersion(string path, JsonObject notebook)
    {
        if (Number(notebook["nbformat"]) is not { } version)
            throw Wrong(path, $"'nbformat' must be the number 4, but is {Kind(notebook, "nbformat")}");
        if (version != 4)
            throw Wrong(path, $"'nbformat' must be 4, but is {notebook["nbformat"]}; convert it: jupyter nbconvert --to notebook");
    }

    private static void CheckCell(string path, string place, JsonNode? node)
    {
        if (node is not JsonObject cell) throw Wrong(place, $"a cell must be an object, but is {Kind(node)}");
        CheckReadable(place, cell);
        if (Text(cell["cell_type"]) is not { } type)
            throw Wrong(place, $"'cell_type' must be code, markdown or raw, but is {Kind(cell, "cell_type")}");
        if (!CellTypes.Contains(type)) throw Wrong(place, $"'cell_type' must be code, markdown or raw, but is '{type}'");
        if (Text(cell["source"]) is null)
        {
            if (cell["source"] is null) throw Wrong(place, $"'source' must be text or a list of texts, but is {Kind(cell, "source")}");
            CheckTexts(place, "source", cell, "source");
        }
        CheckMetadata(place, cell);
        if (cell["metadata"] is JsonObject metadata)
        {
            CheckTexts(place, "metadata.tags", metadata, "tags");
            if (metadata["tango2"]?["seconds"] is { } seconds && !(Number(seconds) >= 0))
                throw Wrong(place, $"'metadata.tango2.seconds' must be a number, 0 or more, but is {Kind(seconds)} {seconds}");
        }
        if (type == "code") CheckOutputs(place, cell);
    }

    private static void CheckOutputs(string place, JsonObject cell)
    {
        if (cell.ContainsKey("outputs") && cell["outputs"] is not JsonArray)
            throw Wrong(place, $"'outputs' must be a list, but is {Kind(cell, "outputs")}");
        foreach (var output in cell["outputs"] as JsonArray ?? [])
            if (output is not JsonObject) throw Wrong(place, $"an output must be an object, but is {Kind(output)}");
        if (cell["execution_count"] is { } count && Number(count) is null)
            throw Wrong(place, $"'execution_count' must be a number or null, but is {Kind(count)}");
    }

    /// <summary>Metadata of a notebook or a cell, and of its hosts: objects, where they are there.</summary>
    private static void CheckMetadata(string place, JsonObject holder)
    {
        if (holder.ContainsKey("metadata") && holder["metadata"] is not JsonObject)
            throw Wrong(place, $"'metadata' must be an object, but is {Kind(holder, "metadata")}");
        foreach (var name in new[] { "tango2", "kernelspec", "language_info", "dotnet_interactive", "polyglot_notebook", "vscode" })
            if (holder["metadata"]?[name] is { } inner and not JsonObject)
                throw Wrong(place, $"'metadata.{name}' must be an object, but is {Kind(inner)}");
    }

    private static void CheckTexts(string place, string name, JsonObject holder, string key)
    {
        if (holder[key] is not { } node) return;
        if (node is not JsonArray list) throw Wrong(place, $"'{name}' must be a list of texts, but is {Kind(node)}");
        for (var i = 0; i < list.Count; i++)
            if (Text(list[i]) is null) throw Wrong(place, $"'{name}' must hold texts, but entry {i + 1} is {Kind(list[i])}");
    }

    private static void CheckIds(string path, JsonArray cells)
    {
        var ids = new Dictionary<string, int>();
        for (var i = 0; i < cells.Count; i++)
        {
            if (cells[i]!["id"] is not { } id) continue;
            var text = Text(id) ?? throw Wrong($"{path}: cell {i + 1}", $"'id' must be text, but is {Kind(id)}");
            if (!ids.TryAdd(text, i + 1))
                throw Wrong($"{path}: cell {i + 1}", $"'id' must be its own, but '{text}' is that of cell {ids[text]} too");
        }
    }

    /// <summary>Refuses keys that stand twice, and escapes such as \ud800, which stand for half a character.</summary>
    private static void CheckReadable(string place, JsonObject holder, string? except = null)
    {
        try
        {
            foreach (var (key, value) in holder)
                if (key != except) Read(value);
        }
        catch (InvalidOperationException)
        {
            throw Wrong(place, "a text holds half a character (a lone surrogate): remove it");
        }
        catch (ArgumentException error)
        {
            // "An item with the same key has already been added. Key: x (Parameter 'key')"
            throw Wrong(place, $"the key '{error.Message.Split("Key: ")[^1].Split(" (Parameter")[0]}' stands twice: keep one");
        }

        static void Read(JsonNode? node)
        {
            if (node is JsonObject inner) foreach (var (_, value) in inner) Read(value);
            else if (node is JsonArray list) foreach (var value in list) Read(value);
            else Text(node);
        }
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static double? Number(JsonNode? node) =>
        node is JsonValue value && node.GetValueKind() == JsonValueKind.Number ? value.GetValue<double>() : null;

    private static string Kind(JsonObject holder, string key) => holder.ContainsKey(key) ? Kind(holder[key]) : "missing";

    private static string Kind(JsonNode? node) => node?.GetValueKind() switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "text",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "a truth value",
        _ => "null",
    };

    private static InvalidDataException Wrong(string place, string what) => new($"{place}: {what}.");
}
