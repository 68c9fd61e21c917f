using System.Text.Json;

namespace Tango2.Text;

/// <summary>Reads JSON objects of words, or pieces of words, and their ids.</summary>
internal static class IdsJson
{
    /// <summary>The ids by word.</summary>
    /// <param name="json">The text.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="InvalidDataException">It is something else, or a word stands twice; the message names the word.</exception>
    public static Dictionary<string, int> Parse(string json, string name)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Object) throw Wrong(document.RootElement.ValueKind.ToString());
            var ids = new Dictionary<string, int>(StringComparer.Ordinal);
            foreach (var word in document.RootElement.EnumerateObject())
                if (!ids.TryAdd(word.Name, Id(word))) throw Wrong($"a double: '{word.Name}' stands twice");
            return ids;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException) // the latter: half a surrogate pair
        {
            throw Wrong(error.Message, error);
        }

        int Id(JsonProperty word) => word.Value.ValueKind == JsonValueKind.Number && word.Value.TryGetInt32(out var id)
            ? id : throw Wrong($"no whole number for '{word.Name}'");
        InvalidDataException Wrong(string found, Exception? error = null) =>
            new($"Expected a JSON object of words or pieces and their ids in {name}, found {found.TrimEnd('.')}.", error);
    }
}
