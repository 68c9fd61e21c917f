using Tango2.Mini.Foley;
using Tango2.Text;

namespace Tango2.Tests.Text;

// cases: a prompt of more tokens than the text encoder takes
public sealed class ReadLengthTests
{
    private static readonly UnigramTokenizer Unigram = MiniModels.Default.Tokenizer();
    private static readonly ByteLevelBpeTokenizer Bpe = MiniModels.Default.ClapTokenizer();

    [Fact]
    public void The_first_characters_are_what_the_first_tokens_say()
    {
        foreach (var text in Texts())
        {
            for (var max = 3; max < 40; max += 4)
            {
                var (read, ids) = (Unigram.ReadLength(text, max), Unigram.Encode(text));
                Assert.Equal(ids.Length <= max ? text : Unigram.Decode(ids.Take(max - 1)).TrimEnd(), text[..read]);
                (read, ids) = (Bpe.ReadLength(text, max), Bpe.Encode(text));
                Assert.Equal(ids.Length <= max ? text : Bpe.Decode(ids.Take(max - 1)), text[..read]);
            }
        }
    }

    [Theory]
    [InlineData("rain  \t falls,   and\n\n wind blows", 4)]
    [InlineData("  rain falls and wind blows  ", 3)]
    [InlineData("rain ﬁre ½ ① falls", 5)] // what becomes two letters, or another
    [InlineData("🎻🎻🎻 rain 狗狗 falls", 4)]
    [InlineData("rain \ud83c falls", 4)] // half of an emoji
    public void The_rest_begins_where_the_unread_tokens_do(string text, int max)
    {
        var (ids, read) = (Unigram.Encode(text), Unigram.ReadLength(text, max));
        Assert.True(ids.Length > max);
        Assert.InRange(read, 1, text.Length - 1);
        Assert.Equal(ids[..(max - 1)], Unigram.Encode(text[..read])[..^1]);
        var (bpe, bpeRead) = (Bpe.Encode(text), Bpe.ReadLength(text, max));
        int[] kept = Bpe.Encode(text[..bpeRead])[..^1]; // fewer where they end within a character
        Assert.InRange(kept.Length, 1, max - 1);
        Assert.Equal(bpe[..kept.Length], kept);
    }

    [Fact]
    public void A_character_of_which_only_a_part_is_read_counts_as_unread()
    {
        Assert.True(Bpe.Encode("🎻").Length > 3); // several bytes, several tokens
        Assert.Equal(0, Bpe.ReadLength("🎻", 3));
    }

    [Theory]
    [InlineData(FoleySplit.Train)]
    [InlineData(FoleySplit.Validation)]
    [InlineData(FoleySplit.Test)]
    public void Nearly_all_captions_of_the_world_are_read_to_their_end(FoleySplit split)
    {
        string[] captions = [.. FoleyWorld.Clips(3, split, 2000).Select(clip => clip.Caption.ToLowerInvariant())];
        var (cut, cutByClap) = (captions.Count(c => Unigram.ReadLength(c, MiniScale.TextLength) < c.Length),
            captions.Count(c => Bpe.ReadLength(c, MiniScale.ClapTextLength) < c.Length));
        Assert.True(cut <= 20 && cutByClap <= 2, $"Of 2,000 captions the text encoder cuts {cut}, CLAP {cutByClap}.");
        TestContext.Current.TestOutputHelper?.WriteLine($"Cut of 2,000 captions: {cut} by the text encoder, {cutByClap} by CLAP.");
    }

    private static IEnumerable<string> Texts()
    {
        string[] captions = [.. FoleyWorld.Clips(5, FoleySplit.Test, 40).Select(clip => clip.Caption.ToLowerInvariant())];
        return captions.Concat(captions.Chunk(4).Select(some => string.Join(" and ", some)));
    }
}
