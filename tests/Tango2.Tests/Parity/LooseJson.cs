using System.Text;
using System.Text.Json.Nodes;

namespace Tango2.Tests.Parity;

/// <summary>JSON as Python writes it: NaN and the infinities, which JSON does not know, are read as null.</summary>
internal static class LooseJson
{
    private static readonly string[] Unknown = ["-Infinity", "Infinity", "NaN"];

    public static JsonNode Parse(string text)
    {
        var (clean, inText) = (new StringBuilder(text.Length), false);
        for (var i = 0; i < text.Length; i++)
        {
            var word = inText ? null : Unknown.FirstOrDefault(w => string.CompareOrdinal(text, i, w, 0, w.Length) == 0);
            if (word is not null)
            {
                clean.Append("null");
                i += word.Length - 1;
                continue;
            }
            clean.Append(text[i]);
            if (text[i] == '"') inText = !inText;
            else if (inText && text[i] == '\\' && i + 1 < text.Length) clean.Append(text[++i]);
        }
        return JsonNode.Parse(clean.ToString()) ?? throw new InvalidDataException("Expected JSON, found null.");
    }
}
