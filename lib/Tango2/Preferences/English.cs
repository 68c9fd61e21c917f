namespace Tango2.Preferences;

/// <summary>The little English that perturbing captions needs: inflection, articles and capitals.</summary>
internal static class English
{
    private static readonly HashSet<string> Doubled =
    [
        "hum", "rev", "tap", "clap", "chat", "drip", "hit", "stop", "run", "pop", "snap", "chug", "spin", "clip", "zip",
        "get", "sit", "shut", "begin", "pat", "flap", "drum", "slap", "chop", "cut", "rub", "tug", "dig", "skid", "hop", "stir", "skip",
        "whir", "clop", "trot",
    ];

    /// <summary>bark → barks, cry → cries, buzz → buzzes.</summary>
    public static string Third(string verb) =>
        verb.EndsWith('y') && !IsVowel(verb[^2]) ? verb[..^1] + "ies"
        : verb.EndsWith('s') || verb.EndsWith("sh", StringComparison.Ordinal) || verb.EndsWith("ch", StringComparison.Ordinal)
            || verb.EndsWith('z') || verb.EndsWith('x') || verb is "go" or "do" ? verb + "es"
        : verb + "s";

    /// <summary>bark → barking, idle → idling, hum → humming.</summary>
    public static string Gerund(string verb) =>
        Doubled.Contains(verb) ? verb + verb[^1] + "ing"
        : verb.EndsWith('e') && !verb.EndsWith("ee", StringComparison.Ordinal) && verb is not "be" ? verb[..^1] + "ing"
        : verb + "ing";

    /// <summary>The article before a word that starts so.</summary>
    public static string Article(string word) => IsVowel(char.ToLowerInvariant(word[0])) ? "an" : "a";

    public static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];

    public static string Small(string text) => text.Length > 1 && char.IsUpper(text[1])
        ? text
        : text.Length == 0 || text.StartsWith("I ", StringComparison.Ordinal) ? text : char.ToLowerInvariant(text[0]) + text[1..];

    /// <summary>Gives the text the capital or small first letter of the model.</summary>
    public static string LikeCase(string text, string model) =>
        model.Length > 0 && char.IsUpper(model[0]) ? Capital(text) : text;

    private static bool IsVowel(char letter) => "aeiou".Contains(letter, StringComparison.Ordinal);
}
