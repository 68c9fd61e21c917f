using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Tango2.Text;

/// <summary>Learns byte pair merges from captions.</summary>
internal static class ByteLevelBpeTrainer
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The texts of vocab.json and merges.txt, the same for the same captions.</summary>
    /// <remarks>
    /// The most frequent pair is merged first; among equals the first in ordinal order. A pair that occurs once is
    /// not merged, so that the vocabulary of a small corpus stays below <paramref name="vocabSize"/>.
    /// </remarks>
    /// <param name="captions">The texts to count, in their own case.</param>
    /// <param name="vocabSize">The most pieces: 5 special ones, 256 bytes and the merges.</param>
    public static (string VocabJson, string MergesTxt) Train(IEnumerable<string> captions, int vocabSize)
    {
        var pieces = ByteLevelBpeTokenizer.Special.Concat(ByteAlphabet.All.Select(letter => letter.ToString())).ToList();
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabSize, pieces.Count + 1);
        var merges = new StringBuilder("#version: 0.2\n");
        var words = captions.SelectMany(ByteLevelBpeTokenizer.SplitWords).GroupBy(word => word, StringComparer.Ordinal)
            .Select(group => (Parts: group.Key.Select(c => c.ToString()).ToList(), Count: group.LongCount())).ToList();
        var known = pieces.ToHashSet(StringComparer.Ordinal);
        while (known.Count + 1 < vocabSize && MostFrequent(words) is { } pair)
        {
            merges.Append(pair.Left).Append(' ').Append(pair.Right).Append('\n');
            if (known.Add(pair.Left + pair.Right)) pieces.Add(pair.Left + pair.Right);
            foreach (var (parts, _) in words) ByteLevelBpeTokenizer.Join(parts, pair);
        }
        pieces.Add("<mask>");
        var ids = pieces.Select((piece, id) => (piece, id)).ToDictionary(p => p.piece, p => p.id);
        return (JsonSerializer.Serialize(ids, Readable), merges.ToString());
    }

    private static (string Left, string Right)? MostFrequent(List<(List<string> Parts, long Count)> words)
    {
        var counts = new Dictionary<(string Left, string Right), long>();
        foreach (var (parts, count) in words)
            for (var i = 0; i + 1 < parts.Count; i++)
                counts[(parts[i], parts[i + 1])] = counts.GetValueOrDefault((parts[i], parts[i + 1])) + count;
        return counts.Where(pair => pair.Value > 1)
            .OrderByDescending(pair => pair.Value)
            .ThenBy(pair => pair.Key.Left, StringComparer.Ordinal).ThenBy(pair => pair.Key.Right, StringComparer.Ordinal)
            .Select(pair => ((string, string)?)pair.Key).FirstOrDefault();
    }
}
