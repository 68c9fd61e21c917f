using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tango2.Mini.Foley;

/// <summary>The words of the sounds, read from lexicon.json; whole phrases are made of them.</summary>
/// <remarks>
/// Of each list the plainest entry comes first and is drawn most. A noun is "dog" or, where its plural is used, "dog/dogs".
/// A verb is regular ("bark", "honk its horn") or written in its forms: "ring/rings/rang/ringing/rung", the last only where
/// it differs from the past.
/// </remarks>
internal static class Lexicon
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    private static readonly Dictionary<string, EventWords> Words =
        Read<Dictionary<string, Entry>>("lexicon.json").ToDictionary(entry => entry.Key, entry => entry.Value.Words());

    /// <summary>The words of the sound called <paramref name="key"/>.</summary>
    public static EventWords Of(string key) => Words.TryGetValue(key, out var words) ? words : throw new InvalidDataException(
        $"lexicon.json must have words for the sound '{key}', but has only {string.Join(", ", Words.Keys)}.");

    /// <summary>Reads one of the assembly's JSON files.</summary>
    internal static T Read<T>(string name)
    {
        using var stream = typeof(Lexicon).Assembly.GetManifestResourceStream(name)!;
        return JsonSerializer.Deserialize<T>(stream, Json) ?? throw new InvalidDataException($"{name} must not be null.");
    }

    /// <summary>The words of one sound as they are written in the file.</summary>
    private sealed record Entry
    {
        public required IReadOnlyList<MakerEntry> Voices { get; init; }

        public IReadOnlyList<string> Clauses { get; init; } = [];

        public IReadOnlyList<string> Alone { get; init; } = [];

        public IReadOnlyList<string> Mass { get; init; } = [];

        public IReadOnlyList<string> Fragments { get; init; } = [];

        public IReadOnlyList<string> Calls { get; init; } = [];

        public IReadOnlyList<string> Names { get; init; } = [];

        public IReadOnlyList<string> Places { get; init; } = [];

        public EventWords Words() => new(
            [.. Voices.Select(maker => maker.Maker())], [.. Clauses.Select(clause => clause.Split('/'))],
            [.. Alone.Select(Noun.Parse)], Mass, Fragments, Calls, [.. Names.Select(Noun.Parse)], Places);
    }

    /// <summary>
    /// What makes a sound, as it is written: things are counted, stuff is not, who needs no article, and many are plural.
    /// </summary>
    private sealed record MakerEntry
    {
        public IReadOnlyList<string> Things { get; init; } = [];

        public IReadOnlyList<string> Stuff { get; init; } = [];

        public IReadOnlyList<string> Who { get; init; } = [];

        public IReadOnlyList<string> Many { get; init; } = [];

        public IReadOnlyList<string> Adjectives { get; init; } = [];

        public required IReadOnlyList<string> Verbs { get; init; }

        public IReadOnlyList<string> Nouns { get; init; } = [];

        public IReadOnlyList<string> Mass { get; init; } = [];

        public Maker Maker() => new(
            [
                .. Who.Select(name => new Subject(new(name, null), SubjectKind.Who)),
                .. Stuff.Select(name => new Subject(new(name, null), SubjectKind.Stuff)),
                .. Many.Select(name => new Subject(new(name, name), SubjectKind.Many)),
                .. Things.Select(name => new Subject(Noun.Parse(name), SubjectKind.Thing)),
            ],
            Adjectives, [.. Verbs.Select(VerbForms.Parse)], [.. Nouns.Select(Noun.Parse)], Mass);
    }
}
