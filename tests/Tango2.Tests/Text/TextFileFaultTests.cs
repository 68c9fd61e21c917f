using System.Diagnostics;
using Tango2.Text;

namespace Tango2.Tests.Text;

/// <summary>Vocabularies with faults, and words without an end.</summary>
public sealed class TextFileFaultTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tango2-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Write(string name, string text)
    {
        File.WriteAllText(Path.Combine(_folder, name), text);
        return Path.Combine(_folder, name);
    }

    [Theory]
    [InlineData("{\"<unk>\":0,\"a\":1,\"a\":2}", "a double: 'a' stands twice")]
    [InlineData("{\"<unk>\":0,\"a\":1.5}", "no whole number for 'a'")]
    [InlineData("{\"<unk>\":0,\"a\":\"1\"}", "no whole number for 'a'")]
    [InlineData("{\"<unk>\":0,\"\\ud83d\":1}", "surrogate")]
    [InlineData("{\"a\":0}", "<unk>")]
    [InlineData("{\"<unk>\":0,\"a\":7}", "ids 0 to 1")]
    [InlineData("", "JSON")]
    public void A_faulty_list_of_words_is_named_with_its_word(string json, string found)
    {
        var path = Write("words.json", json);
        var error = Assert.Throws<InvalidDataException>(() => WordVocabulary.Load(path));
        Assert.Contains(path, error.Message);
        Assert.Contains(found, error.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_faulty_vocabulary_of_pieces_is_named_with_its_piece_or_line()
    {
        const string Special = "{\"<s>\":0,\"<pad>\":1,\"</s>\":2,\"<unk>\":3,";
        var merges = Write("merges.txt", "a b\na b c\n");
        string Refusal(string rest) => Assert.Throws<InvalidDataException>(
            () => ByteLevelBpeTokenizer.Load(Write("vocab.json", Special + rest), merges)).Message;
        Assert.Contains($"{_folder}/vocab.json, found a double: '<pad>' and 'a' have 1", Refusal("\"a\":1}"));
        Assert.Contains("found -1 for 'a'", Refusal("\"a\":-1}"));
        Assert.Contains($"{merges}, found 'a b c' in line 2", Refusal("\"a\":4}"));
        Assert.Contains("no whole number for 'a'", Refusal("\"a\":null}"));
    }

    [Fact]
    public void A_piece_that_stands_twice_or_has_no_score_is_refused()
    {
        // One more piece at the end of the file: field 1 with the text as field 1 and the score as field 2.
        static byte[] With(float score) => [.. UnigramTrainer.Train(Captions.English, 512),
            0x0A, 8, 0x0A, 1, (byte)'a', 0x15, .. BitConverter.GetBytes(score)];
        foreach (var score in (float[])[-1, float.NaN])
            Assert.Contains("Expected a SentencePiece unigram model in", Assert.Throws<InvalidDataException>(
                () => new UnigramTokenizer(With(score))).Message);
    }

    // Against the definition: all neighbours are looked at before each join.
    [Fact]
    public void Words_are_joined_as_the_definition_joins_them()
    {
        var random = new Random(3);
        string Some(int most) => new([.. Enumerable.Range(0, random.Next(1, most)).Select(_ => "abc"[random.Next(3)])]);
        for (var round = 0; round < 300; round++)
        {
            var merges = Enumerable.Range(0, 12).Select(_ => (Left: Some(4), Right: Some(4))).Distinct().ToList();
            string[] pieces = ["<s>", "<pad>", "</s>", "<unk>", .. merges.Select(m => m.Left + m.Right).Concat(["a", "b", "c"]).Distinct()];
            var tokenizer = new ByteLevelBpeTokenizer(
                System.Text.Json.JsonSerializer.Serialize(pieces.Index().ToDictionary(p => p.Item, p => p.Index)),
                string.Concat(merges.Select(m => $"{m.Left} {m.Right}\n")));
            var word = Some(40);
            Assert.Equal(Joined(word, merges).Select(part => Array.IndexOf(pieces, part)), tokenizer.Encode(word)[1..^1]);
        }
    }

    private static List<string> Joined(string word, List<(string Left, string Right)> merges)
    {
        var parts = word.Select(letter => letter.ToString()).ToList();
        while (true)
        {
            var known = merges.FindIndex(m => Enumerable.Range(0, parts.Count - 1).Any(i => parts[i] == m.Left && parts[i + 1] == m.Right));
            if (known < 0) return parts;
            for (var i = 0; i + 1 < parts.Count; i++)
            {
                if ((parts[i], parts[i + 1]) != merges[known]) continue;
                parts[i] += parts[i + 1];
                parts.RemoveAt(i + 1);
            }
        }
    }

    [Theory]
    [InlineData(" ")]
    [InlineData("a")]
    [InlineData("thelowrain")]
    [InlineData(",")]
    [InlineData("\uD83D\uDC15")]
    public void A_text_without_an_end_is_encoded_in_time(string run)
    {
        var text = string.Concat(Enumerable.Repeat(run, 100_000 / run.Length));
        var (vocab, merges) = ByteLevelBpeTrainer.Train(Captions.English, 400);
        var (bytes, unigram) = (new ByteLevelBpeTokenizer(vocab, merges), new UnigramTokenizer(UnigramTrainer.Train(Captions.English, 512)));
        var time = Stopwatch.StartNew();
        bytes.Encode(text);
        unigram.Encode(text);
        WordVocabulary.Words(text);
        Assert.True(time.Elapsed < TimeSpan.FromSeconds(60), $"It took {time.Elapsed}.");
    }
}
