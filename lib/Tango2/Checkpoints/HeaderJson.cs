using System.Text.Json;

namespace Tango2.Checkpoints;

/// <summary>Parses the JSON of a header, after seeing that it is no larger than headers are.</summary>
internal static class HeaderJson
{
    private const int MostTokens = 4_000_000; // 250,000 tensors; a parsed document takes many times its tokens' bytes

    /// <exception cref="JsonException">The text is not JSON, or has too many values.</exception>
    public static JsonDocument Parse(byte[] text)
    {
        var reader = new Utf8JsonReader(text);
        for (var tokens = 0; reader.Read(); tokens++)
            if (tokens == MostTokens) throw new JsonException($"It has more than {MostTokens} values.");
        return JsonDocument.Parse(text);
    }
}
