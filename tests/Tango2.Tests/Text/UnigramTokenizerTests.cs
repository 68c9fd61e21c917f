using Tango2.Text;

namespace Tango2.Tests.Text;

public class UnigramTokenizerTests
{
    private static readonly byte[] Model = UnigramTrainer.Train(Captions.English, 512);
    private static readonly UnigramTokenizer Tokenizer = new(Model);

    [Fact]
    public void Captions_of_the_training_come_back_word_for_word()
    {
        foreach (var caption in Captions.English)
        {
            var ids = Tokenizer.Encode(caption);
            Assert.Equal(caption.Split(' ').Length + 1, ids.Length); // a piece for each word, and the end
            Assert.Equal(UnigramTokenizer.End, ids[^1]);
            Assert.DoesNotContain(UnigramTokenizer.Unknown, ids);
            Assert.Equal(caption, Tokenizer.Decode(ids));
        }
    }

    [Fact]
    public void Unseen_words_are_spelt()
    {
        const string text = "A zebra's hoofbeats, 42 of them.";
        var ids = Tokenizer.Encode(text);
        Assert.DoesNotContain(UnigramTokenizer.Unknown, ids);
        Assert.True(ids.Length > 10);
        Assert.Equal(text, Tokenizer.Decode(ids));
    }

    [Fact]
    public void Unknown_characters_in_a_row_are_one_unknown_piece()
    {
        var ids = Tokenizer.Encode("A 犬犬犬 A");
        Assert.Equal(1, ids.Count(id => id == UnigramTokenizer.Unknown));
        Assert.Equal(ids[0], ids[^2]);
        Assert.Equal(2, Tokenizer.Encode("犬 犬").Count(id => id == UnigramTokenizer.Unknown)); // a blank stands between
    }

    [Fact]
    public void An_empty_text_is_its_end() => Assert.Equal([1], Tokenizer.Encode(""));

    [Fact]
    public void Blanks_at_the_ends_and_in_rows_do_not_count() =>
        Assert.Equal(Tokenizer.Encode("A car driving"), Tokenizer.Encode("  A  car   driving "));

    [Fact]
    public void Other_scripts_end_like_any_text() =>
        Assert.All(Captions.Others, text => Assert.Equal(UnigramTokenizer.End, Tokenizer.Encode(text)[^1]));

    [Fact]
    public void A_batch_is_padded_with_0_and_masked()
    {
        using var scope = NewDisposeScope();
        var batch = Tokenizer.Batch(["A car", "", "A car driving"]);
        Assert.Equal([3, 4], batch.Ids.shape);
        Assert.Equal([1, 1, 1, 0, 1, 0, 0, 0, 1, 1, 1, 1], batch.Mask.data<long>().ToArray());
        Assert.Equal([1, 0, 0, 0], batch.Ids[1].data<long>().ToArray());
        Assert.Equal([2, 6], Tokenizer.Batch(["A car", "A"], length: 6).Mask.shape);
    }

    [Fact]
    public void Long_texts_are_cut_and_keep_their_end()
    {
        using var scope = NewDisposeScope();
        var whole = Tokenizer.Encode(Captions.English[0]);
        var expected = whole.Take(3).Append(UnigramTokenizer.End).Select(id => (long)id);
        Assert.Equal(expected, Tokenizer.Batch([Captions.English[0]], max: 4).Ids.data<long>().ToArray());
        Assert.Equal(expected, Tokenizer.Batch([Captions.English[0]], length: 4).Ids.data<long>().ToArray());
    }

    [Fact]
    public void The_same_captions_give_the_same_file() =>
        Assert.Equal(Model, UnigramTrainer.Train(Captions.English, 512));

    [Fact]
    public void The_most_frequent_words_come_first_and_the_size_is_kept()
    {
        var small = new UnigramTokenizer(UnigramTrainer.Train(["the dog barks", "the dog, the cat"], 75));
        Assert.Equal(75, small.VocabularySize); // 3 special, 67 characters, and the 5 words below
        Assert.Equal([3, 4, 5, 6, UnigramTokenizer.End], small.Encode("the dog barks cat"));
        var smaller = new UnigramTokenizer(UnigramTrainer.Train(["the dog barks", "the dog, the cat"], 71));
        Assert.Equal(71, smaller.VocabularySize);
        Assert.Equal(3, smaller.Encode("the")[0]);
    }

    [Fact]
    public void A_vocabulary_too_small_for_the_characters_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => UnigramTrainer.Train(Captions.English, 20));
        Assert.Contains("Expected a vocabulary of at least", error.Message);
    }

    [Fact]
    public void A_model_is_read_from_its_file()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, Model);
            Assert.Equal(Tokenizer.Encode(Captions.English[1]), UnigramTokenizer.Load(path).Encode(Captions.English[1]));
            File.WriteAllBytes(path, [1, 2, 3, 4]);
            var error = Assert.Throws<InvalidDataException>(() => UnigramTokenizer.Load(path));
            Assert.Contains(path, error.Message);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
