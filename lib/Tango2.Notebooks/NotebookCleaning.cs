using System.Text.Json;
using System.Text.Json.Nodes;
using Tango2.Files;

namespace Tango2.Notebooks;

/// <summary>What cleaning a notebook did.</summary>
/// <param name="Removed">What was removed or mended, a line each; empty where there was nothing.</param>
/// <param name="Left">Addresses in the cells' own text or in metadata, which only a person may change.</param>
internal sealed record NotebookCleaned(IReadOnlyList<string> Removed, IReadOnlyList<string> Left);

/// <summary>Takes out of a notebook that another host ran what tells of the machine and of the host, and nothing else.</summary>
internal static class NotebookCleaning
{
    /// <summary>What stands in an output for an address.</summary>
    private const string Instead = "[removed]";

    // The kernel's first output: a script by which the page finds the kernel, with all addresses of its machine.
    private static readonly string[] FindsKernel = ["probeAddresses", "dotnet-interactive-this-cell-"];

    private static readonly string[] OfNotebook =
        ["dotnet_interactive", "polyglot_notebook", "vscode", "papermill", "widgets", "signature", "orig_nbformat"];

    private static readonly string[] OfCell =
        ["execution", "ExecuteTime", "papermill", "trusted", "scrolled", "dotnet_interactive", "polyglot_notebook", "vscode"];

    private static readonly string[] TellLanguage = ["dotnet_interactive", "polyglot_notebook", "vscode"];

    /// <summary>Cleans a file; it is written whole or not at all, and not where there is nothing to remove.</summary>
    /// <param name="path">The .ipynb.</param>
    /// <exception cref="InvalidDataException">The file is no notebook.</exception>
    public static NotebookCleaned Clean(string path)
    {
        var notebook = NotebookFile.Load(path);
        AtomicFile.Check(path, "The notebook");
        var removed = Clean(notebook);
        if (removed.Count > 0) AtomicFile.WriteText(path, notebook.ToJson());
        return new(removed, Left(notebook));
    }

    /// <summary>Cleans a notebook in memory and tells what was removed.</summary>
    internal static IReadOnlyList<string> Clean(NotebookFile notebook)
    {
        var removed = new List<string>();
        var (counts, named) = (0, new SortedSet<string>(StringComparer.Ordinal));
        var isCSharp = NotebookLanguage.IsCSharp(notebook.Metadata);
        foreach (var (index, cell) in notebook.Cells.Index())
        {
            foreach (var key in OfCell)
                if (IsNoise(cell.Metadata, key, isCSharp) && cell.Metadata.Remove(key)) named.Add(key);
            if (!cell.IsCode) continue;
            counts += Uncounted(cell);
            foreach (var what in Outputs(cell.Outputs).Order(StringComparer.Ordinal)) removed.Add($"cell {index + 1}: {what}");
        }
        if (counts > 0) removed.Add($"execution counts of {counts} cells");
        if (named.Count > 0) removed.Add($"metadata of cells: {string.Join(", ", named)}");
        var metadata = notebook.Metadata;
        var keys = OfNotebook.Where(key => IsNoise(metadata, key, isCSharp) && metadata.Remove(key)).ToList();
        if (metadata["language_info"] is JsonObject language)
            keys.AddRange(language.Select(entry => entry.Key).Where(key => key != "name").ToArray()
                .Where(language.Remove).Select(key => $"language_info.{key}"));
        if (keys.Count > 0) removed.Add($"metadata of the notebook: {string.Join(", ", keys)}");
        return removed;
    }

    /// <summary>Addresses that stay, with their places.</summary>
    internal static IReadOnlyList<string> Left(NotebookFile notebook) =>
    [
        .. notebook.Cells.Index().SelectMany(cell => NotebookAddresses.In(cell.Item.Json).Select(a => $"cell {cell.Index + 1}: {a}")),
        .. NotebookAddresses.In(notebook.Metadata).Select(a => $"metadata: {a}"),
    ];

    /// <summary>Whether a key can go: also one that names C#, where the notebook has that for all cells that say nothing.</summary>
    private static bool IsNoise(JsonObject metadata, string key, bool isCSharp) =>
        !TellLanguage.Contains(key) || (isCSharp && NotebookLanguage.IsCSharp(metadata));

    private static int Uncounted(NotebookCell cell)
    {
        var had = cell.ExecutionCount is not null;
        if (had) cell.SetOutputs(null, cell.Outputs);
        foreach (var output in cell.Outputs)
            if (output!["execution_count"] is not null) (had, output["execution_count"]) = (true, null);
        return had ? 1 : 0;
    }

    private static IEnumerable<string> Outputs(JsonArray outputs)
    {
        for (var i = outputs.Count - 1; i >= 0; i--)
        {
            var output = outputs[i]!.AsObject();
            var text = NotebookCell.Text(output["data"]?["text/html"]);
            if (FindsKernel.Any(mark => text.Contains(mark, StringComparison.Ordinal)))
            {
                outputs.RemoveAt(i);
                yield return $"a script with {NotebookAddresses.In(text).Count} addresses, by which the page looked for the kernel";
                continue;
            }
            if (output.Remove("transient")) yield return "a transient display id";
            foreach (var type in Quoted(output["data"] as JsonObject)) yield return $"{type}, saved as text, is JSON again";
            if (Without(output) is > 0 and var number) yield return $"{number} addresses in an output, now {Instead}";
        }
    }

    /// <summary>JSON that the kernel saved as a text, which no renderer draws, becomes what it says.</summary>
    private static IEnumerable<string> Quoted(JsonObject? data)
    {
        foreach (var type in data?.Select(face => face.Key).Where(t => t.EndsWith("json", StringComparison.Ordinal)).ToArray() ?? [])
        {
            if (NotebookCell.Text(data![type]) is not { Length: > 0 } text) continue;
            try
            {
                data[type] = JsonNode.Parse(text);
            }
            catch (JsonException)
            {
                continue; // It is a text.
            }
            yield return type;
        }
    }

    /// <summary>Replaces the addresses in all texts of an output; returns how many there were.</summary>
    private static int Without(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                return map.ToArray().Sum(entry =>
                    entry.Value is JsonValue value ? In(value, clean => map[entry.Key] = clean) : Without(entry.Value));
            case JsonArray list:
                return Enumerable.Range(0, list.Count).Sum(i =>
                    list[i] is JsonValue value ? In(value, clean => list[i] = clean) : Without(list[i]));
            default:
                return 0;
        }

        static int In(JsonValue value, Action<string> replace)
        {
            if (!value.TryGetValue<string>(out var text) || NotebookAddresses.In(text) is not { Count: > 0 } found) return 0;
            replace(found.Aggregate(text, (clean, address) => clean.Replace(address, Instead, StringComparison.Ordinal)));
            return found.Count;
        }
    }
}
