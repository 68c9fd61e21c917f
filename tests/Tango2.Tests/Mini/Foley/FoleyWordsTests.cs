using Tango2.Mini.Foley;
using Tango2.Mini.Truth;
using Tango2.Tests.Files;

namespace Tango2.Tests.Mini.Foley;

// cases: a prompt of which nothing is known at mini scale
public sealed class FoleyWordsTests
{
    private const string Known = "The sounds that it knows are bark, rain, bell, engine, knock, siren, meow, wind, honk, glass, " +
        "applause, chirp, thunder, beep, saw, croak, whistle, ring.";

    [Theory]
    [InlineData(FoleySplit.Train)]
    [InlineData(FoleySplit.Validation)]
    [InlineData(FoleySplit.Test)]
    public void Every_word_of_the_worlds_captions_is_known(FoleySplit split)
    {
        var random = new Random(1);
        foreach (var clip in FoleyWorld.Clips(seed: 7, split, 1500))
        {
            Check(clip.Caption);
            for (var variant = 1; variant < 4; variant++) Check(Caption.Variant(clip.Scene, variant));
            Check(Caption.Replaced(clip.Scene, random));
            if (clip.Scene.Events.Count < 2) continue;
            Check(Caption.SwappedOrder(clip.Scene, random));
            Check(Caption.Dropped(clip.Scene, random));
        }

        static void Check(string caption)
        {
            Assert.True(FoleyWords.Unknown(caption).Count == 0, $"{caption}: {string.Join(", ", FoleyWords.Unknown(caption))}");
            Assert.True(FoleyWords.NamesSound(caption), caption);
        }
    }

    [Fact]
    public void Names_of_sounds_and_prompts_of_the_notebooks_are_known()
    {
        string[] prompts =
        [
            .. SoundEvents.All.Select(sound => sound.Key), .. OrderStudy.Prompts(24, seed: 1).Select(prompt => prompt.Text),
            "a dog barks, then a bell rings", "a bell rings, then a dog barks", "RAIN!", "rain + wind", "rain, a siren, knocks, a frog",
        ];
        foreach (var prompt in prompts) Assert.Empty(Warned.By(() => FoleyWords.Warn(prompt)));
    }

    [Theory]
    [InlineData("a violin plays a concerto", "\"violin\", \"plays\", \"concerto\"")]
    [InlineData("🎻🎻 🔥", "\"🎻🎻\", \"🔥\"")]
    [InlineData("👩‍🚒", "\"👩‍🚒\"")]
    [InlineData("❤️", "\"❤️\"")]
    [InlineData("狗在叫", "\"狗在叫\"")]
    [InlineData("собака лает, собака", "\"собака\", \"лает\"")]
    [InlineData("42", "\"42\"")]
    public void A_prompt_of_which_nothing_is_known_is_told_with_what_is(string prompt, string unknown) => Assert.Equal(
        [$"The mini world knows no sound of this prompt: it does not know {unknown}. {Known}"],
        Warned.By(() => FoleyWords.Warn(prompt)));

    [Theory]
    [InlineData("A dog barks and a Violin plays", "\"violin\", \"plays\"")]
    [InlineData("rain 🌧", "\"🌧\"")]
    [InlineData("a dog's guitar", "\"guitar\"")]
    [InlineData("gentle rain falls", "\"gentle\"")]
    public void Words_that_are_not_known_are_named_beside_those_that_are(string prompt, string unknown) => Assert.Equal(
        [$"The mini world does not know {unknown}. {Known}"], Warned.By(() => FoleyWords.Warn(prompt)));

    [Theory]
    [InlineData("?!")]
    [InlineData("nothing else")]
    [InlineData("first this, then that")]
    public void A_prompt_without_a_sound_is_told(string prompt) => Assert.Equal(
        [$"The prompt names no sound that the mini world knows. {Known}"], Warned.By(() => FoleyWords.Warn(prompt)));
}
