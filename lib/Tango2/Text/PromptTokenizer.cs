using System.Runtime.CompilerServices;
using Tango2.Files;

namespace Tango2.Text;

/// <summary>A tokenizer as text encoders use it.</summary>
public interface ITokenizer
{
    /// <summary>How many pieces there are, special ones included.</summary>
    int VocabularySize { get; }

    /// <summary>How many characters of a text the first tokens stand for.</summary>
    /// <param name="text">The text.</param>
    /// <param name="max">Tokens that are read at most.</param>
    int ReadLength(string text, int max);

    /// <summary>The texts' ids with their mask.</summary>
    /// <param name="texts">B texts.</param>
    /// <param name="length">The length that all are filled up to; null takes the longest.</param>
    /// <param name="max">Longer texts are cut to this.</param>
    TokenBatch Batch(IReadOnlyList<string> texts, int? length, int max);
}

/// <summary>A tokenizer with the way in which one text encoder is fed: how long texts may be, and how they are written.</summary>
/// <param name="tokenizer">The tokenizer.</param>
/// <param name="length">Tokens that are read of a text; the rest is left out.</param>
/// <param name="lowerCase">Whether texts are read in lower case.</param>
/// <param name="padded">Whether every text is filled up to <paramref name="length"/>, so that none depends on its batch.</param>
public sealed class PromptTokenizer(ITokenizer tokenizer, int length, bool lowerCase = false, bool padded = false)
{
    /// <summary>Tokens that are read of a text.</summary>
    public int Length => length;

    /// <summary>How many pieces the tokenizer has.</summary>
    internal int VocabularySize => tokenizer.VocabularySize;

    /// <summary>The ids of texts and their mask, [B, S].</summary>
    /// <param name="texts">B texts.</param>
    /// <param name="width">S; null takes the tokenizer's own.</param>
    public TokenBatch Batch(IReadOnlyList<string> texts, int? width = null) =>
        tokenizer.Batch([.. texts.Select(Written)], width ?? (padded ? length : null), length);

    /// <summary>How many characters of a text are read.</summary>
    internal int ReadLength(string text) => tokenizer.ReadLength(Written(text), length);

    private string Written(string text) => lowerCase ? text.ToLowerInvariant() : text;
}

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
