using System.Text.RegularExpressions;

namespace Tango2.Notebooks;

/// <summary>A cell or script split into what it imports and the C# that remains, line numbers kept.</summary>
/// <param name="Imports">Paths named by <c>#!import</c>, as written, in order, with their lines.</param>
/// <param name="Code">The C#, with an empty line where an import stood.</param>
internal sealed partial record CellSource(IReadOnlyList<(string Path, int Line)> Imports, string Code)
{
    /// <summary>Splits <paramref name="text"/>.</summary>
    /// <param name="place">How errors name the text.</param>
    /// <param name="text">C# with magic lines.</param>
    /// <param name="isScript">A .csx, where <c>#r</c> is allowed.</param>
    /// <exception cref="CellException">A directive that not every notebook host knows.</exception>
    public static CellSource Parse(string place, string text, bool isScript)
    {
        var imports = new List<(string, int)>();
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var directive = lines[i].TrimStart();
            if (Import().Match(directive) is { Success: true } import)
            {
                imports.Add((import.Groups[1].Value.Trim().Trim('"'), i + 1));
                lines[i] = "";
            }
            else if (directive.StartsWith("#!", StringComparison.Ordinal))
            {
                throw new CellException(place, i + 1, "CompilationError",
                    $"'{directive.Trim()}' works in some hosts only; a notebook may use #!import and nothing else.");
            }
            else if (!isScript && Reference().IsMatch(directive))
            {
                throw new CellException(place, i + 1, "CompilationError",
                    $"'{directive.Trim()}' belongs into setup.csx; a notebook imports it with '#!import setup.csx'.");
            }
            else if (directive.StartsWith("#r \"nuget:", StringComparison.OrdinalIgnoreCase))
            {
                throw new CellException(place, i + 1, "CompilationError",
                    $"'{directive.Trim()}' needs the network; packages come with the published library.");
            }
        }
        return new(imports, string.Join('\n', lines));
    }

    [GeneratedRegex("""^#!import\s+(.+)$""")]
    private static partial Regex Import();

    [GeneratedRegex("""^#(r|load)\s""")]
    private static partial Regex Reference();
}
