using System.Runtime.CompilerServices;
using Tango2.Files;

namespace Tango2.Text;

/// <summary>Warns of the ends of texts that lie beyond the tokens that a model takes.</summary>
/// <param name="model">What the message calls the model.</param>
/// <param name="most">The tokens that it takes of a text.</param>
internal sealed class UnreadEnds(string model, int most)
{
    private const int LongestQuote = 1000;

    // Of all models, since several of a kind read the same list.
    private static readonly ConditionalWeakTable<object, HashSet<(string Model, int Most)>> Told = new();

    /// <summary>Warns of the texts of a list, in one line; once, however often models of this name read the same list.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="read">How many characters of a text the model takes.</param>
    public void Warn(IReadOnlyList<string> texts, Func<string, int> read)
    {
        string[] ends = [.. texts.Select(text => text[read(text)..].Trim()).Where(end => end.Length > 0)];
        if (ends.Length == 0) return;
        var told = Told.GetOrCreateValue(texts);
        lock (told)
            if (!told.Add((model, most))) return;
        Warnings.Give(ends.Length == 1 && texts.Count == 1
            ? $"The text is longer than the {most} tokens that {model} takes; this part of it is not read: \"{Quote(ends[0])}\"."
            : $"{ends.Length} of {texts.Count} texts are longer than the {most} tokens that {model} takes; of the first of them " +
                $"this part is not read: \"{Quote(ends[0])}\".");
    }

    private static string Quote(string end) =>
        end.Length <= LongestQuote ? end : $"{end[..LongestQuote]}… ({end.Length} characters in all)";
}
