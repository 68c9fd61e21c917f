using System.Text.Json;
using System.Text;
using Tango2.Files;

namespace Tango2.Text;

/// <summary>The words that the grounding model of STEAM knows: lower-case, without punctuation, split on blanks.</summary>
public sealed class WordVocabulary
{
    /// <summary>The word that stands for all unknown ones.</summary>
    public const string UnknownWord = "<unk>";

    private readonly Dictionary<string, int> _ids;
    private readonly int _unknown;

    /// <summary>A vocabulary of words and their ids.</summary>
    /// <exception cref="InvalidDataException">The ids are not 0, 1, 2, … or &lt;unk&gt; is missing.</exception>
    public WordVocabulary(IReadOnlyDictionary<string, int> ids) : this(ids, "the vocabulary") { }

    /// <summary>The same, with a name that messages call it.</summary>
    internal WordVocabulary(IReadOnlyDictionary<string, int> ids, string name)
    {
        _ids = new(ids, StringComparer.Ordinal);
        if (!_ids.TryGetValue(UnknownWord, out _unknown))
            throw new InvalidDataException($"Expected the word {UnknownWord} in {name}, found {_ids.Count} others.");
        if (!_ids.Values.Order().SequenceEqual(Enumerable.Range(0, _ids.Count)))
            throw new InvalidDataException($"Expected the ids 0 to {_ids.Count - 1} in {name}, each once, found a gap or a double.");
    }

    /// <summary>How many words there are.</summary>
    public int Count => _ids.Count;

    /// <summary>The id of unknown words.</summary>
    public int Unknown => _unknown;

    /// <summary>The words of captions, by falling frequency and then in alphabetical order, after &lt;unk&gt; as 0.</summary>
    /// <param name="captions">The texts to count.</param>
    /// <param name="minimumCount">How often a word must occur.</param>
    public static WordVocabulary Build(IEnumerable<string> captions, int minimumCount = 1) =>
        new(captions.SelectMany(Words).GroupBy(word => word, StringComparer.Ordinal)
            .Where(group => group.Count() >= minimumCount)
            .OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => group.Key).Prepend(UnknownWord)
            .Select((word, id) => (word, id)).ToDictionary(pair => pair.word, pair => pair.id));

    /// <summary>Reads a JSON object of words and ids.</summary>
    /// <exception cref="InvalidDataException">The file holds something else; the message names it and the word.</exception>
    public static WordVocabulary Load(string path) => new(IdsJson.Parse(Utf8File.Text(path), path), path);

    /// <summary>Writes a JSON object of words and ids, in the order of the ids.</summary>
    public void Save(string path) => AtomicFile.Write(
        path, stream => JsonSerializer.Serialize(stream, _ids.OrderBy(word => word.Value).ToDictionary()));

    /// <summary>The ids of a text's words; empty for a text without words.</summary>
    public int[] Encode(string text) => [.. Words(text).Select(word => _ids.GetValueOrDefault(word, _unknown))];

    /// <summary>The words of a text as the vocabulary sees them: letters, numbers and _ in lower case; a mark leaves no gap.</summary>
    public static string[] Words(string text)
    {
        var kept = new StringBuilder(text.Length);
        foreach (var rune in text.ToLowerInvariant().EnumerateRunes())
            if (Rune.IsLetter(rune) || Rune.IsNumber(rune) || Rune.IsWhiteSpace(rune) || rune.Value == '_') kept.Append(rune.ToString());
        return kept.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Encodes several texts and fills them up; a text without words is one unknown word.</summary>
    /// <param name="texts">At least one text.</param>
    /// <param name="length">The number of words of every row; longer texts are cut. Null takes the longest text's.</param>
    public TokenBatch Batch(IReadOnlyList<string> texts, int? length = null)
    {
        if (length is int asked) ArgumentOutOfRangeException.ThrowIfLessThan(asked, 1, nameof(length));
        var rows = texts.Select(Encode).Select(ids => ids.Length == 0 ? [_unknown] : ids);
        return TokenBatch.Pad([.. rows.Select(ids => length is int most ? [.. ids.Take(most)] : ids)], padId: 0, length);
    }
}

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
