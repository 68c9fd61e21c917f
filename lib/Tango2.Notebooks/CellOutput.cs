using System.Text;
using System.Text.Json.Nodes;
using Microsoft.DotNet.Interactive.Formatting;

namespace Tango2.Notebooks;

/// <summary>Makes nbformat outputs. Half characters, which no JSON can hold, become U+FFFD.</summary>
internal static class CellOutput
{
    /// <summary>Text of the console.</summary>
    /// <param name="stream">stdout or stderr.</param>
    /// <param name="text">What was written.</param>
    public static JsonObject Stream(string stream, string text) => new()
    {
        ["output_type"] = "stream",
        ["name"] = stream,
        ["text"] = Whole(text),
    };

    /// <summary>Something displayed: MIME types and contents.</summary>
    public static JsonObject Display(IReadOnlyDictionary<string, JsonNode?> data) => new()
    {
        ["output_type"] = "display_data",
        ["data"] = new JsonObject(data),
        ["metadata"] = new JsonObject(),
    };

    /// <summary>The value of the cell's last expression.</summary>
    public static JsonObject Result(IReadOnlyDictionary<string, JsonNode?> data, int executionCount) => new()
    {
        ["output_type"] = "execute_result",
        ["data"] = new JsonObject(data),
        ["metadata"] = new JsonObject(),
        ["execution_count"] = executionCount,
    };

    /// <summary>The error that ended the cell.</summary>
    public static JsonObject Error(string kind, string message) => new()
    {
        ["output_type"] = "error",
        ["ename"] = Whole(kind),
        ["evalue"] = Whole(message),
        ["traceback"] = new JsonArray(Whole(message)),
    };

    /// <summary>The text with U+FFFD for each half of a character.</summary>
    public static string Whole(string text)
    {
        var whole = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes()) whole.Append(rune);
        return whole.ToString();
    }
}

/// <summary>The faces of a displayed value, chosen as .NET Interactive chooses them.</summary>
internal static class MimeBundle
{
    /// <summary>Contents by MIME type; JSON types as JSON, the others as lists of lines.</summary>
    public static IReadOnlyDictionary<string, JsonNode?> Of(object value, string? mimeType = null)
    {
        var types = mimeType is not null ? [mimeType] : Faces(value);
        return types.ToDictionary(type => type, type => Content(type, Text(value, type)));
    }

    private static string[] Faces(object value) => value switch
    {
        string or IFormattable or bool or char => [PlainTextFormatter.MimeType],
        _ => [.. Formatter.GetPreferredMimeTypesFor(value.GetType()).Distinct()],
    };

    private static string Text(object value, string mimeType) => mimeType == PlainTextFormatter.MimeType
        ? value switch
        {
            string text => text,
            IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
            _ => value.ToDisplayString(mimeType),
        }
        : value is string raw ? raw : value.ToDisplayString(mimeType);

    private static JsonNode? Content(string mimeType, string text) => mimeType.EndsWith("json", StringComparison.Ordinal)
        ? JsonNode.Parse(text)
        : NotebookCell.Lines(CellOutput.Whole(text).ReplaceLineEndings("\n"));
}
