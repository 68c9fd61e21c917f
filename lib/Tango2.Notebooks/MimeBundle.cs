using System.Text.Json.Nodes;
using Microsoft.DotNet.Interactive.Formatting;

namespace Tango2.Notebooks;

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
