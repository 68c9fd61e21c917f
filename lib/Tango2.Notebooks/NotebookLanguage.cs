using System.Text.Json.Nodes;

namespace Tango2.Notebooks;

/// <summary>The language of each cell, in the forms in which notebook hosts write it; only C# runs here.</summary>
internal static class NotebookLanguage
{
    private static readonly string[] CSharp = ["csharp", "c#", "cs"];

    // What hosts of several languages call the notebook as a whole; it says nothing of its cells.
    private static readonly string[] OfNone = ["", "polyglot-notebook", "polyglot", "dotnet-interactive", "interactive"];

    private static readonly string[] InCell =
    [
        "dotnet_interactive.language", "polyglot_notebook.kernelName", "vscode.languageId", "language", "kernel",
        "microsoft.language",
    ];

    private static readonly string[] InNotebook =
    [
        "polyglot_notebook.kernelInfo.defaultKernelName", "dotnet_interactive.defaultKernelName", "kernelspec.language",
        "language_info.name", "language",
    ];

    private static readonly Dictionary<string, string> Names = new()
    {
        ["fsharp"] = "F#",
        ["f#"] = "F#",
        ["fs"] = "F#",
        ["pwsh"] = "PowerShell",
        ["powershell"] = "PowerShell",
        ["python"] = "Python",
        ["python2"] = "Python",
        ["python3"] = "Python",
        ["ipython"] = "Python",
        ["py"] = "Python",
        ["javascript"] = "JavaScript",
        ["js"] = "JavaScript",
        ["typescript"] = "TypeScript",
        ["html"] = "HTML",
        ["svg"] = "SVG",
        ["latex"] = "LaTeX",
        ["markdown"] = "Markdown",
        ["mermaid"] = "Mermaid",
        ["sql"] = "SQL",
        ["kql"] = "KQL",
        ["http"] = "HTTP",
        ["bash"] = "a shell script",
        ["sh"] = "a shell script",
        ["r"] = "R",
        ["ir"] = "R",
        ["julia"] = "Julia",
        ["ruby"] = "Ruby",
        ["perl"] = "Perl",
        ["vb"] = "Visual Basic",
        ["visualbasic"] = "Visual Basic",
        ["value"] = "a value",
    };

    /// <summary>Checks that every code cell is C#.</summary>
    /// <param name="path">How messages name the file.</param>
    /// <param name="metadata">The notebook's metadata; it decides for cells that say nothing.</param>
    /// <param name="cells">The code cells, in order.</param>
    /// <exception cref="InvalidDataException">A cell is of another language; the message says where it is told.</exception>
    public static void Check(string path, JsonObject? metadata, IReadOnlyList<NotebookCell> cells)
    {
        var notebook = Told(metadata, InNotebook);
        // A kernel's name can be anyone's own, so it counts where nothing else does, or where it is well known.
        if (Told(metadata, ["kernelspec.name"]) is [var kernel] && (notebook.Count == 0 || Names.ContainsKey(Plain(kernel.Name))))
            notebook = [.. notebook, kernel];
        for (var i = 0; i < cells.Count; i++)
        {
            var own = Told(cells[i].Metadata, InCell);
            foreach (var (key, name) in own.Count > 0 ? own : notebook)
                if (!CSharp.Contains(Plain(name)))
                    throw Other(path, i + 1, Called(name), $"metadata.{key} is '{name}'");
            CheckFirstLine(path, i + 1, cells[i].Source);
        }
    }

    /// <summary>Whether metadata, of a cell or of a notebook, names no language but C#.</summary>
    public static bool IsCSharp(JsonObject metadata) =>
        Told(metadata, [.. InCell.Union(InNotebook)]).All(told => CSharp.Contains(Plain(told.Name)));

    /// <summary>A first line such as <c>#!fsharp</c> or <c>%%html</c> gives the cell to another kernel.</summary>
    private static void CheckFirstLine(string path, int cell, string source)
    {
        var line = source.Split('\n').Select(text => text.Trim()).FirstOrDefault(text => text.Length > 0) ?? "";
        var word = line.Split(' ')[0];
        var name = word.TrimStart('#', '!', '%');
        if (word.StartsWith('%') && CSharp.Contains(name) || word.StartsWith('%') && !Names.ContainsKey(name))
            throw new InvalidDataException($"{path}: cell {cell} begins with '{word}', which other kernels know; only C# runs here.");
        if ((word.StartsWith('%') || word.StartsWith("#!", StringComparison.Ordinal)) && Names.TryGetValue(name, out var language))
            throw Other(path, cell, language, $"its first line is '{line}'");
    }

    /// <summary>What is told under the keys, but for names that say nothing.</summary>
    private static List<(string Key, string Name)> Told(JsonObject? metadata, string[] keys) =>
        [.. keys.Select(key => (key, Name: At(metadata, key))).Where(told => !OfNone.Contains(Plain(told.Name)))];

    private static string At(JsonObject? metadata, string key)
    {
        JsonNode? node = metadata;
        foreach (var part in key.Split('.')) node = (node as JsonObject)?[part];
        return node is JsonValue ? node.ToString() : "";
    }

    /// <summary>fsharp for .net-fsharp and for dotnet-interactive.fsharp, the names of kernels and of VS Code.</summary>
    private static string Plain(string name)
    {
        var plain = name.Trim().ToLowerInvariant();
        foreach (var prefix in new[] { "dotnet-interactive.", "polyglot-notebook.", ".net-" })
            if (plain.StartsWith(prefix, StringComparison.Ordinal)) plain = plain[prefix.Length..];
        return plain;
    }

    private static string Called(string name) => Names.GetValueOrDefault(Plain(name), $"'{name}'");

    private static InvalidDataException Other(string path, int cell, string language, string where) =>
        new($"{path}: cell {cell} is {language}; only C# runs here ({where}).");
}
