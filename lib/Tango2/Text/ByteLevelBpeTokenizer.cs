using System.Text.RegularExpressions;
using System.Text;
using Tango2.Files;

namespace Tango2.Text;

/// <summary>RoBERTa's tokenizer, which CLAP's text branch uses: byte pair encoding of the UTF-8 bytes.</summary>
/// <remarks>
/// The special tokens are &lt;s&gt; 0, &lt;pad&gt; 1, &lt;/s&gt; 2, &lt;unk&gt; 3 and &lt;mask&gt;. Their names
/// inside a text are ordinary characters.
/// </remarks>
public sealed partial class ByteLevelBpeTokenizer : ITokenizer
{
    /// <summary>The id that starts each text.</summary>
    public const int Start = 0;

    /// <summary>The id of padding.</summary>
    public const int Pad = 1;

    /// <summary>The id that ends each text.</summary>
    public const int End = 2;

    /// <summary>The id of what the vocabulary lacks.</summary>
    public const int Unknown = 3;

    internal static readonly string[] Special = ["<s>", "<pad>", "</s>", "<unk>"];

    private readonly Dictionary<string, int> _ids;
    private readonly Dictionary<int, string> _pieces;
    private readonly Dictionary<(string, string), int> _ranks;

    /// <summary>Builds the tokenizer from the texts of its two files.</summary>
    /// <param name="vocabJson">A JSON object of pieces and ids.</param>
    /// <param name="mergesTxt">One merge a line, the two parts separated by a blank, the first line first.</param>
    /// <exception cref="InvalidDataException">A text is of another form, or the special ids are not RoBERTa's.</exception>
    public ByteLevelBpeTokenizer(string vocabJson, string mergesTxt) : this(vocabJson, mergesTxt, "vocab.json", "merges.txt") { }

    private ByteLevelBpeTokenizer(string vocabJson, string mergesTxt, string vocabName, string mergesName)
    {
        _ids = ReadVocabulary(vocabJson, vocabName);
        _pieces = _ids.ToDictionary(piece => piece.Value, piece => piece.Key);
        _ranks = ReadMerges(mergesTxt, mergesName);
    }

    /// <summary>How many pieces there are, special ones included.</summary>
    public int VocabularySize => _pieces.Keys.Max() + 1;

    /// <summary>Reads vocab.json and merges.txt.</summary>
    /// <exception cref="InvalidDataException">A file is of another form; the message names it and the piece or the line.</exception>
    public static ByteLevelBpeTokenizer Load(string vocabPath, string mergesPath) =>
        new(Utf8File.Text(vocabPath), Utf8File.Text(mergesPath), vocabPath, mergesPath);

    /// <summary>The ids of a text between its start and its end token.</summary>
    public int[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return
        [
            Start,
            .. SplitWords(text).SelectMany(Pieces).Select(piece => _ids.GetValueOrDefault(piece, Unknown)),
            End,
        ];
    }

    /// <summary>How many characters of a text its first tokens hold; all of them if there are no more tokens.</summary>
    /// <param name="text">The text.</param>
    /// <param name="max">The number of tokens, start and end included.</param>
    public int ReadLength(string text, int max)
    {
        ArgumentNullException.ThrowIfNull(text);
        var left = max - 2;
        foreach (Match word in Words().Matches(text))
        {
            string[] pieces = [.. Pieces(ByteAlphabet.Write(word.ValueSpan))];
            if (pieces.Length > left) return word.Index + WholeCharacters(word.Value, pieces.Take(left).Sum(piece => piece.Length));
            left -= pieces.Length;
        }
        return text.Length;
    }

    private IEnumerable<string> Pieces(string word) => new BpeWord(word, _ranks).Merge();

    /// <summary>How many characters end within a word's first bytes.</summary>
    private static int WholeCharacters(string word, int bytes)
    {
        var (all, characters) = (0, 0);
        foreach (var rune in word.EnumerateRunes())
        {
            if ((all += rune.Utf8SequenceLength) > bytes) break;
            characters += rune.Utf16SequenceLength;
        }
        return characters;
    }

    /// <summary>The text of ids; special tokens leave no trace.</summary>
    public string Decode(IEnumerable<int> ids) => ByteAlphabet.Read(string.Concat(
        ids.Select(id => _pieces.GetValueOrDefault(id, "")).Where(piece => !Special.Contains(piece) && piece != "<mask>")));

    /// <summary>Encodes several texts, each cut to the length with its end token kept, and fills them up.</summary>
    /// <param name="texts">At least one text.</param>
    /// <param name="length">The number of tokens of every row, CLAP's 77; null takes the longest text's.</param>
    /// <param name="max">The most tokens of a text, start and end included: RoBERTa's positions.</param>
    public TokenBatch Batch(IReadOnlyList<string> texts, int? length = 77, int max = 512)
    {
        var limit = Math.Min(length ?? max, max);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 2, nameof(length));
        return TokenBatch.Pad([.. texts.Select(text => TokenBatch.Cut(Encode(text), limit))], Pad, length);
    }

    /// <summary>GPT-2's words, with the blank before them, in the letters of bytes.</summary>
    internal static IEnumerable<string> SplitWords(string text) =>
        Words().Matches(text).Select(match => ByteAlphabet.Write(match.ValueSpan));

    /// <summary>Replaces each occurrence of the pair, from the left, by its union.</summary>
    internal static void Join(List<string> parts, (string Left, string Right) pair)
    {
        var kept = 0;
        for (var i = 0; i < parts.Count; i++)
        {
            var joins = i + 1 < parts.Count && parts[i] == pair.Left && parts[i + 1] == pair.Right;
            parts[kept++] = joins ? parts[i] + parts[++i] : parts[i];
        }
        parts.RemoveRange(kept, parts.Count - kept);
    }

    private static Dictionary<string, int> ReadVocabulary(string json, string name)
    {
        var ids = IdsJson.Parse(json, name);
        for (var id = 0; id < Special.Length; id++)
            if (!ids.TryGetValue(Special[id], out var found) || found != id)
                throw new InvalidDataException(
                    $"Expected {Special[id]} to have id {id} in {name}, found none or another: use RoBERTa's files.");
        var pieces = new Dictionary<int, string>();
        foreach (var (piece, id) in ids)
            if (id < 0 || !pieces.TryAdd(id, piece))
                throw new InvalidDataException($"Expected another id of 0 or more for each piece of {name}, found " +
                    (id < 0 ? $"{id} for '{piece}'." : $"a double: '{pieces[id]}' and '{piece}' have {id}."));
        return ids;
    }

    private static Dictionary<(string, string), int> ReadMerges(string text, string name)
    {
        var ranks = new Dictionary<(string, string), int>();
        foreach (var (index, line) in text.Split('\n').Select(line => line.TrimEnd('\r')).Index())
        {
            if (line.Length == 0 || line.StartsWith("#version", StringComparison.Ordinal)) continue;
            if (line.Split(' ') is not [{ Length: > 0 } left, { Length: > 0 } right])
                throw new InvalidDataException($"Expected two parts in each line of {name}, found '{line}' in line {index + 1}.");
            ranks.TryAdd((left, right), ranks.Count);
        }
        return ranks;
    }

    [GeneratedRegex(@"'(?:s|t|re|ve|m|ll|d)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+")]
    private static partial Regex Words();
}

/// <summary>The parts of one word while they are joined, in a time that hardly grows faster than the word's length.</summary>
internal sealed class BpeWord
{
    private readonly IReadOnlyDictionary<(string, string), int> _ranks;
    private readonly string?[] _parts; // null where a part was joined to the one before it
    private readonly int[] _next, _previous;
    private readonly PriorityQueue<(int Place, string Left, string Right), (int Rank, int Place)> _known = new();

    /// <summary>A word in single letters.</summary>
    /// <param name="word">In the letters of bytes.</param>
    /// <param name="ranks">The pairs that were learnt, the first as 0.</param>
    public BpeWord(string word, IReadOnlyDictionary<(string, string), int> ranks)
    {
        _ranks = ranks;
        _parts = [.. word.Select(letter => letter.ToString())];
        _next = [.. Enumerable.Range(1, word.Length)];
        _previous = [.. Enumerable.Range(-1, word.Length)];
        for (var place = 0; place < word.Length; place++) Offer(place);
    }

    /// <summary>Joins neighbours, the earliest learnt pair first and from the left, until no pair is known.</summary>
    public IEnumerable<string> Merge()
    {
        var pairs = new List<(int Place, string Left, string Right)>();
        while (_known.TryPeek(out _, out var first))
        {
            // All of one rank before any other, also before one learnt earlier that they give rise to.
            pairs.Clear();
            while (_known.TryPeek(out _, out var priority) && priority.Rank == first.Rank) pairs.Add(_known.Dequeue());
            foreach (var (place, left, right) in pairs)
                if (_parts[place] == left && _next[place] < _parts.Length && _parts[_next[place]] == right) Join(place);
        }
        return _parts.OfType<string>();
    }

    private void Join(int place)
    {
        var right = _next[place];
        _parts[place] += _parts[right];
        _parts[right] = null;
        _next[place] = _next[right];
        if (_next[place] < _parts.Length) _previous[_next[place]] = place;
        Offer(place);
        if (_previous[place] >= 0) Offer(_previous[place]);
    }

    private void Offer(int place)
    {
        if (_next[place] >= _parts.Length) return;
        var (left, right) = (_parts[place]!, _parts[_next[place]]!);
        if (_ranks.TryGetValue((left, right), out var rank)) _known.Enqueue((place, left, right), (rank, place));
    }
}

/// <summary>GPT-2's one-to-one writing of bytes as visible characters: a blank becomes Ġ.</summary>
internal static class ByteAlphabet
{
    private static readonly char[] Letters = MakeLetters();
    private static readonly Dictionary<char, byte> Bytes =
        Enumerable.Range(0, 256).ToDictionary(b => Letters[b], b => (byte)b);

    /// <summary>The letter of each byte.</summary>
    public static IReadOnlyList<char> All => Letters;

    /// <summary>The letters of a text's UTF-8 bytes.</summary>
    public static string Write(ReadOnlySpan<char> text)
    {
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        var count = Encoding.UTF8.GetBytes(text, bytes);
        return string.Create(count, bytes, (letters, from) =>
        {
            for (var i = 0; i < letters.Length; i++) letters[i] = Letters[from[i]];
        });
    }

    /// <summary>The text that the letters write; broken UTF-8 becomes U+FFFD.</summary>
    public static string Read(string letters) =>
        Encoding.UTF8.GetString([.. letters.Where(Bytes.ContainsKey).Select(letter => Bytes[letter])]);

    private static char[] MakeLetters()
    {
        var letters = new char[256];
        var next = 256; // bytes without a visible character of their own take those from U+0100 on
        for (var b = 0; b < 256; b++)
            letters[b] = b is (>= 33 and <= 126) or (>= 161 and <= 172) or >= 174 ? (char)b : (char)next++;
        return letters;
    }
}
