using Microsoft.ML.Tokenizers;
using Tango2.Files;

namespace Tango2.Text;

/// <summary>T5's tokenizer: a SentencePiece unigram model with &lt;pad&gt; 0, &lt;/s&gt; 1 and &lt;unk&gt; 2.</summary>
/// <remarks>
/// Ids are SentencePiece's own to the last: in the characters that models replace or drop, in unknown ones in a row,
/// which are one unknown piece, and in the choice between equally probable pieces. Microsoft.ML.Tokenizers, which
/// differs in these, checks the model and turns ids into text.
/// Letters keep their case, as T5's do: who trains on lower-case captions asks with lower-case prompts.
/// </remarks>
public sealed class UnigramTokenizer : ITokenizer
{
    /// <summary>The id of padding.</summary>
    public const int Pad = 0;

    /// <summary>The id that ends each text.</summary>
    public const int End = 1;

    /// <summary>The id of what the model cannot spell.</summary>
    public const int Unknown = 2;

    private readonly SentencePieceTokenizer _pieces;
    private readonly UnigramModel _model;

    /// <summary>Reads a SentencePiece model.</summary>
    /// <param name="model">The bytes of a .model file.</param>
    /// <exception cref="InvalidDataException">The bytes are no unigram model with T5's special ids.</exception>
    public UnigramTokenizer(byte[] model) : this(model, "the SentencePiece model") { }

    private UnigramTokenizer(byte[] model, string name)
    {
        try
        {
            using var stream = new MemoryStream(SentencePieceModel.WithStartId(model, End), writable: false);
            _pieces = SentencePieceTokenizer.Create(stream, addBeginningOfSentence: false, addEndOfSentence: false);
            _model = new(model);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new InvalidDataException($"Expected a SentencePiece unigram model in {name}, found: {e.Message}", e);
        }
        if (_pieces.EndOfSentenceId != End || _pieces.UnknownId != Unknown)
            throw new InvalidDataException(
                $"Expected T5's special ids </s> 1 and <unk> 2 in {name}, found {_pieces.EndOfSentenceId} and " +
                $"{_pieces.UnknownId}: use the spiece.model of a T5 model.");
    }

    /// <summary>How many pieces the model has, special ones included.</summary>
    public int VocabularySize => _pieces.Vocabulary.Values.Max() + 1;

    /// <summary>Reads a .model file.</summary>
    /// <exception cref="InvalidDataException">The file is no unigram model with T5's special ids.</exception>
    public static UnigramTokenizer Load(string path) => new(File.ReadAllBytes(WrittenLinks.Follow(path)), path);

    /// <summary>The ids of a text, with the end token; an empty text is the end token alone.</summary>
    public int[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return [.. _model.Encode(text, Unknown), End];
    }

    /// <summary>How many characters of a text its first tokens hold; all of them if there are no more tokens.</summary>
    /// <param name="text">The text.</param>
    /// <param name="max">The number of tokens, end token included.</param>
    public int ReadLength(string text, int max)
    {
        ArgumentNullException.ThrowIfNull(text);
        return _model.ReadLength(text, Unknown, max - 1);
    }

    /// <summary>The text of ids; special tokens leave no trace.</summary>
    public string Decode(IEnumerable<int> ids) => _pieces.Decode(ids.Where(id => id > Unknown));

    /// <summary>Encodes several texts, each cut to the limit with its end token kept, and fills them up.</summary>
    /// <param name="texts">At least one text.</param>
    /// <param name="length">The number of tokens of every row; null takes the longest text's.</param>
    /// <param name="max">The most tokens of a text, end token included.</param>
    public TokenBatch Batch(IReadOnlyList<string> texts, int? length = null, int max = 512)
    {
        var limit = Math.Min(length ?? max, max);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1, nameof(length));
        return TokenBatch.Pad([.. texts.Select(text => TokenBatch.Cut(Encode(text), limit))], Pad, length);
    }
}
