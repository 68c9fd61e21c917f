using System.Text.RegularExpressions;

namespace Tango2.Text;

/// <summary>Makes a small SentencePiece unigram model whose pieces are whole words and single characters.</summary>
/// <remarks>
/// Not SentencePiece's training, which finds sub-words by expectation maximisation: for a corpus of a few hundred
/// words the most frequent words are the pieces, scored by the logarithm of their share, and every character seen,
/// as well as ASCII letters, digits and common marks, can spell the others. Captions are taken as they are, in their
/// own case; blanks at the ends and runs of blanks do not count.
/// </remarks>
internal static partial class UnigramTrainer
{
    private const char Blank = '▁';
    private const string Always = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,'-";

    /// <summary>The bytes of a .model file, the same for the same captions.</summary>
    /// <param name="captions">The texts to count.</param>
    /// <param name="vocabSize">The most pieces, with the three special ones. Fewer come of a corpus of fewer words.</param>
    /// <exception cref="ArgumentException">The size does not hold the single characters.</exception>
    public static byte[] Train(IEnumerable<string> captions, int vocabSize)
    {
        var counts = Count(captions);
        var characters = counts.Keys.SelectMany(word => word.EnumerateRunes()).Select(rune => rune.ToString())
            .Concat(Always.Select(c => c.ToString())).Where(c => c[0] != Blank)
            .Distinct().Order(StringComparer.Ordinal).Prepend(Blank.ToString()).ToArray();
        var room = vocabSize - 3 - characters.Length;
        if (room < 0)
            throw new ArgumentException(
                $"Expected a vocabulary of at least {vocabSize - room} for 3 special pieces and the characters of the " +
                $"captions, found {vocabSize}.", nameof(vocabSize));
        var total = (double)Math.Max(1, counts.Values.Sum());
        var rarest = Math.Log(1 / total) - 1; // below every word, so that a word is never spelt that could be one piece
        var known = characters.ToHashSet();
        var words = counts.Where(word => !known.Contains(word.Key))
            .OrderByDescending(word => word.Value).ThenBy(word => word.Key, StringComparer.Ordinal)
            .Select(word => (Piece: word.Key, Score: Math.Log(word.Value / total)));
        var initials = characters.Skip(1).Select(c => (Piece: Blank + c, Score: rarest))
            .Where(initial => !counts.ContainsKey(initial.Piece));
        return SentencePieceModel.Write(
        [
            .. words.Concat(initials).Take(room).Concat(characters.Select(c => (Piece: c, Score: rarest)))
                .Select(piece => (piece.Piece, (float)piece.Score)),
        ]);
    }

    /// <summary>How often each word occurs; a word after a blank begins with ▁, one after a mark does not.</summary>
    private static Dictionary<string, long> Count(IEnumerable<string> captions)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var caption in captions)
            foreach (var part in caption.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
                foreach (Match match in Words().Matches(Blank + part))
                    counts[match.Value] = counts.GetValueOrDefault(match.Value) + 1;
        return counts;
    }

    [GeneratedRegex(@"▁?(?:[\p{L}\p{M}\p{N}']+|[\uD800-\uDBFF][\uDC00-\uDFFF]|[^\s▁])")]
    private static partial Regex Words();
}
