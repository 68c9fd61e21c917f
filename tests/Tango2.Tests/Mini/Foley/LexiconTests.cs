using Tango2.Mini.Foley;

namespace Tango2.Tests.Mini.Foley;

public class LexiconTests
{
    [Theory]
    [InlineData("bark", "bark barks barked barking barked")]
    [InlineData("chime", "chime chimes chimed chiming chimed")]
    [InlineData("tap on wood", "tap on wood taps on wood tapped on wood tapping on wood tapped on wood")]
    [InlineData("ring/rings/rang/ringing/rung", "ring rings rang ringing rung")]
    [InlineData("cry/cries/cried/crying", "cry cries cried crying cried")]
    public void A_verb_has_five_forms(string written, string forms) =>
        Assert.Equal(forms, string.Join(' ', VerbForms.Parse(written).Texts));

    [Fact]
    public void Written_forms_are_as_many_as_a_verb_has()
    {
        foreach (var verb in SoundEvents.All.SelectMany(sound => sound.Words.Makers).SelectMany(maker => maker.Verbs))
        {
            Assert.All(verb.Texts, form => Assert.DoesNotContain('/', form));
            Assert.Contains("ing", verb.Gerund, StringComparison.Ordinal);
            Assert.True(verb.Third.Split(' ')[0].EndsWith('s'), verb.Third);
        }
        Assert.All(SoundEvents.All.SelectMany(sound => sound.Words.Clauses), forms => Assert.Equal(4, forms.Length));
    }

    [Fact]
    public void A_name_that_stands_alone_is_of_one_sound()
    {
        var names = SoundEvents.All.SelectMany(sound => new[]
        {
            sound.Words.Alone.SelectMany(noun => noun.Texts), sound.Words.Mass, sound.Words.Fragments, sound.Words.Calls,
            sound.Words.Names.SelectMany(noun => noun.Texts),
        }.SelectMany(list => list).Distinct());
        Assert.Empty(names.GroupBy(name => name).Where(group => group.Count() > 1).Select(group => group.Key));
    }

    [Fact]
    public void Queries_are_few_and_begin_with_the_plainest()
    {
        Assert.Equal("a dog barking", SoundEvents.ByKey("bark").Queries[0]);
        Assert.Equal("a dog barks", SoundEvents.ByKey("bark").Phrases.Clauses[0]);
        foreach (var sound in SoundEvents.All)
        {
            Assert.InRange(sound.Queries.Count, 16, 24);
            Assert.Equal(sound.Queries.Count, sound.Queries.Distinct().Count());
        }
    }

    // An adjective is said of a thing alone, "a heavy downpour"; a word that no caption says must not count as known.
    [Fact]
    public void Adjectives_are_only_where_they_are_said() => Assert.All(
        SoundEvents.All.SelectMany(sound => sound.Words.Makers).Where(maker => maker.Adjectives.Count > 0),
        maker => Assert.Contains(maker.Subjects, subject => subject.Kind == SubjectKind.Thing));

    [Fact]
    public void A_sound_without_words_is_told()
    {
        var error = Assert.Throws<InvalidDataException>(() => Lexicon.Of("lion"));
        const string Start = "lexicon.json must have words for the sound 'lion', but has only bark, rain";
        Assert.StartsWith(Start, error.Message, StringComparison.Ordinal);
    }
}
