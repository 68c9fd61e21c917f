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
    [InlineData("{\"<unk>\":0,\"a\":1,\"a\":2}", "a")]
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
    public void A_piece_that_stands_twice_is_named()
    {
        var model = SentencePieceModel.Write([("▁", -1), ("a", -2), ("a", -3)]);
        Assert.Contains("'a' stands twice", Assert.Throws<InvalidDataException>(() => new UnigramTokenizer(model)).Message);
        var nan = SentencePieceModel.Write([("▁", -1), ("a", float.NaN)]);
        Assert.Contains("the score of 'a' is NaN", Assert.Throws<InvalidDataException>(() => new UnigramTokenizer(nan)).Message);
    }

    // Against the definition: all neighbours are looked at before each join.
    [Fact]
    public void Words_are_joined_as_the_definition_joins_them()
    {
        var random = new Random(3);
        for (var round = 0; round < 300; round++)
        {
            var ranks = new Dictionary<(string, string), int>();
            string Some() => new([.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => "abc"[random.Next(3)])]);
            while (ranks.Count < 12) ranks.TryAdd((Some(), Some()), ranks.Count);
            var word = new string([.. Enumerable.Range(0, random.Next(1, 40)).Select(_ => "abc"[random.Next(3)])]);
            Assert.Equal(Joined(word, ranks), new BpeWord(word, ranks).Merge());
        }
    }

    private static List<string> Joined(string word, Dictionary<(string, string), int> ranks)
    {
        var parts = word.Select(letter => letter.ToString()).ToList();
        while (Enumerable.Range(0, parts.Count - 1).Select(i => (parts[i], parts[i + 1])).Where(ranks.ContainsKey).ToArray() is { Length: > 0 } known)
            ByteLevelBpeTokenizer.Join(parts, known.MinBy(pair => ranks[pair]));
        return parts;
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
