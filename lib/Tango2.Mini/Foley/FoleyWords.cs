using System.Text.RegularExpressions;
using Tango2.Files;

namespace Tango2.Mini.Foley;

/// <summary>The words of the mini world's captions: the only ones that its models have ever read.</summary>
internal static partial class FoleyWords
{
    private const int MostNamed = 8;

    // Words without a sound of their own, which no listener misses; the grammar has others, such as "then".
    private static readonly HashSet<string> Small =
    [
        .. "a an the this that these those of on in at by to from for with and or but as is are was were be been has have".Split(' '),
        .. "it its his her their my our your he she they we i you some very there".Split(' '),
    ];

    private static readonly HashSet<string> Sounds =
        [.. SoundEvents.All.SelectMany(sound => sound.Words.Texts).SelectMany(Words).Where(word => !Small.Contains(word))];

    private static readonly HashSet<string> Joining =
    [
        .. Grammar.All.Texts.Select(text => Place().Replace(text, " ")).Concat(Wording.Words).SelectMany(Words),
    ];

    /// <summary>The words of a text that no caption of the world has, each once; small words such as "the" are passed over.</summary>
    /// <param name="text">A prompt, in any case.</param>
    /// <returns>Lower-case words; what is no letter, such as an emoji, is a word too.</returns>
    public static IReadOnlyList<string> Unknown(string text) =>
        [.. Words(text).Where(word => !Sounds.Contains(word) && !Joining.Contains(word) && !Small.Contains(word)).Distinct()];

    /// <summary>Whether a text has a word for a sound of the world, or for what makes it.</summary>
    public static bool NamesSound(string text) => Words(text).Any(Sounds.Contains);

    /// <summary>Warns of a prompt with words that the world does not know, and tells the sounds that it knows.</summary>
    /// <param name="prompt">A user's own words.</param>
    public static void Warn(string prompt)
    {
        var words = Unknown(prompt);
        var unknown = string.Join(", ", words.Take(MostNamed).Select(word => $"\"{word}\""))
            + (words.Count > MostNamed ? $" and {words.Count - MostNamed} more" : "");
        var named = NamesSound(prompt);
        if (named && unknown.Length == 0) return;
        var what = unknown.Length == 0 ? "The prompt names no sound that the mini world knows"
            : named ? $"The mini world does not know {unknown}"
            : $"The mini world knows no sound of this prompt: it does not know {unknown}";
        Warnings.Give($"{what}. The sounds that it knows are {string.Join(", ", SoundEvents.All)}.");
    }

    private static IEnumerable<string> Words(string text) => Word().Matches(text.ToLowerInvariant()).Select(match => match.Value);

    // Letters and digits with apostrophes between them; or signs beyond ASCII, such as emoji with their joiners.
    [GeneratedRegex(
        @"[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:['’][\p{L}\p{M}\p{N}]+)*" +
        @"|[\p{S}\p{Cs}-[\x00-\x7F]][\p{S}\p{Cs}\p{M}\u200D-[\x00-\x7F]]*")]
    private static partial Regex Word();

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Place();
}
