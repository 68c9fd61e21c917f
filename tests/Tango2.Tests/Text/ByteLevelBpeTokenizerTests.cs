using System.Text;
using Microsoft.ML.Tokenizers;
using Tango2.Text;

namespace Tango2.Tests.Text;

public class ByteLevelBpeTokenizerTests
{
    private static readonly (string VocabJson, string MergesTxt) Files = ByteLevelBpeTrainer.Train(Captions.English, 400);
    private static readonly ByteLevelBpeTokenizer Tokenizer = new(Files.VocabJson, Files.MergesTxt);

    // Worked by hand with the merges "l o", "lo w", "Ġ low", "e r": low = lo w; lower = low e r -> low er;
    // " lower" = Ġ low er -> Ġlow er; slow = s low; "Ġ l o" first merges "l o", the earliest pair.
    [Theory]
    [InlineData("low", new[] { 0, 11, 2 })]
    [InlineData("lower", new[] { 0, 11, 13, 2 })]
    [InlineData(" lower", new[] { 0, 12, 13, 2 })]
    [InlineData("low low", new[] { 0, 11, 12, 2 })]
    [InlineData("slow", new[] { 0, 3, 11, 2 })]
    [InlineData("lo", new[] { 0, 10, 2 })]
    [InlineData("", new[] { 0, 2 })]
    public void Merges_go_in_the_order_in_which_they_were_learnt(string text, int[] ids)
    {
        var tokenizer = new ByteLevelBpeTokenizer(
            """
            {"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3, "l": 4, "o": 5, "w": 6, "e": 7, "r": 8, "Ġ": 9,
             "lo": 10, "low": 11, "Ġlow": 12, "er": 13, "<mask>": 14}
            """,
            "#version: 0.2\nl o\nlo w\nĠ low\ne r\n");
        Assert.Equal(ids, tokenizer.Encode(text));
    }

    // Worked by hand: "ab" occurs 3 times as (a, b), then (ab, c) twice; the rest is met once.
    [Fact]
    public void The_most_frequent_pair_is_learnt_first()
    {
        var (_, merges) = ByteLevelBpeTrainer.Train(["abc", "abc", "abd"], 400);
        Assert.Equal("#version: 0.2\na b\nab c\n", merges);
    }

    [Fact]
    public void Equal_pairs_are_learnt_in_ordinal_order()
    {
        var (_, merges) = ByteLevelBpeTrainer.Train(["cd", "ab", "cd", "ab"], 400);
        Assert.Equal("#version: 0.2\na b\nc d\n", merges);
    }

    [Fact]
    public void The_same_captions_give_the_same_files() =>
        Assert.Equal(Files, ByteLevelBpeTrainer.Train(Captions.English, 400));

    [Fact]
    public void The_vocabulary_keeps_its_size()
    {
        Assert.Equal(300, new ByteLevelBpeTokenizer(ByteLevelBpeTrainer.Train(Captions.English, 300).VocabJson, "").VocabularySize);
        Assert.Throws<ArgumentOutOfRangeException>(() => ByteLevelBpeTrainer.Train(Captions.English, 260));
    }

    [Fact]
    public void Every_text_comes_back()
    {
        foreach (var text in Captions.English.Concat(Captions.Others).Where(text => !text.Contains('\uD800')))
        {
            var ids = Tokenizer.Encode(text);
            Assert.Equal((ByteLevelBpeTokenizer.Start, ByteLevelBpeTokenizer.End), (ids[0], ids[^1]));
            Assert.DoesNotContain(ByteLevelBpeTokenizer.Unknown, ids);
            Assert.Equal(text, Tokenizer.Decode(ids));
        }
    }

    [Fact]
    public void Half_a_surrogate_pair_becomes_the_replacement_character() =>
        Assert.Equal("\uFFFD", Tokenizer.Decode(Tokenizer.Encode("\uD800")));

    [Fact]
    public void Ids_equal_those_of_Microsofts_tokenizer()
    {
        using var vocab = new MemoryStream(Encoding.UTF8.GetBytes(Files.VocabJson.Replace("<mask>", "<|endoftext|>")));
        using var merges = new MemoryStream(Encoding.UTF8.GetBytes(Files.MergesTxt));
        var other = CodeGenTokenizer.Create(vocab, merges);
        foreach (var text in Captions.English)
            Assert.Equal(other.EncodeToIds(text), Tokenizer.Encode(text)[1..^1]);
    }

    [Fact]
    public void A_batch_has_77_tokens_padded_with_1()
    {
        using var scope = NewDisposeScope();
        var batch = Tokenizer.Batch(["A car", ""]);
        Assert.Equal([2, 77], batch.Ids.shape);
        Assert.Equal(2, batch.Mask[1].sum().item<long>());
        Assert.Equal([0, 2, 1, 1], batch.Ids[1].narrow(0, 0, 4).data<long>().ToArray());
        Assert.Equal(1, batch.Ids[0, 76].item<long>());
        var longest = Tokenizer.Batch(["A car", ""], length: null);
        Assert.Equal(Tokenizer.Encode("A car").Length, longest.Ids.shape[1]);
    }

    [Fact]
    public void Long_texts_are_cut_and_keep_their_end()
    {
        using var scope = NewDisposeScope();
        var ids = Tokenizer.Batch([string.Join(' ', Captions.English)], length: 10).Ids.data<long>().ToArray();
        Assert.Equal(10, ids.Length);
        Assert.Equal(ByteLevelBpeTokenizer.End, ids[^1]);
    }

    [Fact]
    public void Broken_files_are_refused()
    {
        Assert.Contains("pieces and their ids", Refusal("[]", ""));
        Assert.Contains("Expected <s> to have id 0", Refusal("{}", ""));
        Assert.Contains("found a double", Refusal(Files.VocabJson.Replace("\"<mask>\":", "\"<mask>\":0,\"m\":"), ""));
        Assert.Contains("Expected two parts", Refusal(Files.VocabJson, "a b c\n"));
    }

    private static string Refusal(string vocab, string merges) =>
        Assert.Throws<InvalidDataException>(() => new ByteLevelBpeTokenizer(vocab, merges)).Message;
}
