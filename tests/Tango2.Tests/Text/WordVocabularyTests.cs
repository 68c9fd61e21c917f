using Tango2.Text;

namespace Tango2.Tests.Text;

public class WordVocabularyTests
{
    private static readonly WordVocabulary Vocabulary = WordVocabulary.Build(["A dog barks.", "the dog's bowl", "A DOG!"]);

    [Fact]
    public void Words_are_lower_case_without_punctuation() =>
        Assert.Equal(["a", "dogs", "bark", "twotone", "siren"], WordVocabulary.Words("  A dog's BARK, two-tone\tsiren!? "));

    [Fact]
    public void Frequent_words_come_first_and_unknown_ones_are_0()
    {
        // <unk>, then a and dog twice each, then barks, bowl, dogs, the.
        Assert.Equal(7, Vocabulary.Count);
        Assert.Equal([1, 2, 3, 4, 5, 6, 0], Vocabulary.Encode("a dog barks bowl dogs the cat"));
        Assert.Empty(Vocabulary.Encode(" ... "));
        Assert.Equal([0, 0], Vocabulary.Encode("собака 犬"));
    }

    [Fact]
    public void Rare_words_can_be_left_out() =>
        Assert.Equal(3, WordVocabulary.Build(["A dog barks.", "a dog"], minimumCount: 2).Count);

    [Fact]
    public void A_batch_is_masked_and_never_empty()
    {
        using var batch = Vocabulary.Batch(["a dog", "", "a cat barks"], length: 2);
        Assert.Equal([1, 2, 0, 0, 1, 0], batch.Ids.data<long>().ToArray());
        Assert.Equal([1, 1, 1, 0, 1, 1], batch.Mask.data<long>().ToArray());
    }

    [Fact]
    public void What_is_saved_is_loaded()
    {
        var path = Path.GetTempFileName();
        try
        {
            Vocabulary.Save(path);
            Assert.Equal(Vocabulary.Encode("the dog barks"), WordVocabulary.Load(path).Encode("the dog barks"));
            File.WriteAllText(path, "[1]");
            Assert.Contains(path, Assert.Throws<InvalidDataException>(() => WordVocabulary.Load(path)).Message);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Ids_with_a_gap_and_a_missing_unknown_word_are_refused()
    {
        var gap = Assert.Throws<InvalidDataException>(() => new WordVocabulary(new Dictionary<string, int> { ["<unk>"] = 0, ["a"] = 2 }));
        Assert.Contains("ids 0 to 1", gap.Message);
        var missing = Assert.Throws<InvalidDataException>(() => new WordVocabulary(new Dictionary<string, int> { ["a"] = 0 }));
        Assert.Contains("<unk>", missing.Message);
    }
}
