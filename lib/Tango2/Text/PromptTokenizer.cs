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
