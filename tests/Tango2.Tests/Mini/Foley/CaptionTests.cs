using Tango2.Mini.Foley;

namespace Tango2.Tests.Mini.Foley;

public class CaptionTests
{
    private static readonly FoleyClip[] Train = [.. FoleyWorld.Clips(1, FoleySplit.Train, 6000)];
    private static readonly FoleyClip[] Validation = [.. FoleyWorld.Clips(1, FoleySplit.Validation, 2000)];
    private static readonly FoleyClip[] Test = [.. FoleyWorld.Clips(1, FoleySplit.Test, 2000)];

    [Fact]
    public void No_caption_is_in_two_parts()
    {
        HashSet<string> Captions(FoleyClip[] clips) =>
            [.. clips.SelectMany(clip => new[]
            {
                clip.Caption, clip.CaptionVariant(1), clip.CaptionVariant(2), clip.NoisyCaption(new(0.3, 0.3, 0.3)),
            }).Select(caption => caption.ToUpperInvariant().Replace(",", "", StringComparison.Ordinal))];
        var (train, validation, test) = (Captions(Train), Captions(Validation), Captions(Test));
        Assert.Empty(train.Intersect(test));
        Assert.Empty(train.Intersect(validation));
        Assert.Empty(validation.Intersect(test));
    }

    [Fact]
    public void Only_the_test_has_held_out_pairs_and_each_of_its_larger_scenes_has_one()
    {
        static bool Held(Scene scene) => scene.Events.Any(a => scene.Events.Any(b => HeldOutPairs.Contains(a.Event, b.Event)));
        Assert.DoesNotContain(Train, clip => Held(clip.Scene));
        Assert.DoesNotContain(Validation, clip => Held(clip.Scene));
        Assert.All(Test.Where(clip => clip.Scene.Events.Count > 1), clip => Assert.True(Held(clip.Scene)));
    }

    [Fact]
    public void Twelve_percent_of_pairs_are_held_out_in_both_orders()
    {
        var pairs = HeldOutPairs.All.ToArray();
        Assert.Equal(18, pairs.Length);
        Assert.All(pairs, pair => Assert.True(HeldOutPairs.Contains(pair.Second, pair.First)));
        Assert.All(SoundEvents.All, sound =>
            Assert.Equal(2, pairs.Count(pair => pair.First == sound || pair.Second == sound)));
    }

    [Fact]
    public void Every_event_is_in_every_part_also_alone()
    {
        foreach (var clips in new[] { Train, Validation, Test })
        {
            Assert.Equal(18, clips.Where(clip => clip.Scene.Events.Count == 1)
                .Select(clip => clip.Scene.Events[0].Event).Distinct().Count());
        }
    }

    [Fact]
    public void Every_single_event_has_several_wordings_in_every_part()
    {
        foreach (var clip in Train.Where(clip => clip.Scene.Events.Count == 1).DistinctBy(clip => clip.Scene.Meaning))
        {
            foreach (var split in Enum.GetValues<FoleySplit>())
            {
                var wordings = Enumerable.Range(0, 60)
                    .Select(variant => Caption.Variant(clip.Scene, variant, split)).Distinct().Count();
                Assert.True(wordings >= 5, $"{clip.Scene.Meaning} has {wordings} in {split}");
            }
        }
    }

    [Fact]
    public void The_five_temporal_words_are_common_in_every_part()
    {
        foreach (var clips in new[] { Train, Validation, Test })
        {
            foreach (var word in new[] { "while", "before", "after", "then", "followed" })
            {
                var count = clips.Count(clip => Words(clip.Caption).Contains(word));
                Assert.True(count > 0.03 * clips.Length, $"{word}: {count} of {clips.Length}");
            }
        }
    }

    [Fact]
    public void The_vocabulary_is_small()
    {
        var words = Train.Concat(Validation).Concat(Test).SelectMany(clip => Words(clip.Caption)).Distinct().ToArray();
        Assert.InRange(words.Length, 150, 350);
    }

    [Fact]
    public void Captions_of_a_scene_vary_and_variant_0_is_the_caption()
    {
        foreach (var clip in Train.Take(200))
        {
            Assert.Equal(clip.Caption, clip.CaptionVariant(0));
            Assert.True(Enumerable.Range(0, 20).Select(i => clip.CaptionVariant(i)).Distinct().Count() >= 6);
        }
    }

    [Fact]
    public void The_order_of_words_and_the_joining_word_tell_the_order_of_sounds()
    {
        var checkedClips = 0;
        foreach (var clip in Train.Where(clip => clip.Scene is { Structure: SceneStructure.Sequence, Events.Count: 2 }))
        {
            var caption = clip.Caption.ToLowerInvariant();
            var (first, second) = (Place(caption, clip.Scene.Events[0]), Place(caption, clip.Scene.Events[1]));
            var turned = caption.Contains(" after ", StringComparison.Ordinal)
                || caption.Contains("following", StringComparison.Ordinal)
                || caption.StartsWith("before ", StringComparison.Ordinal);
            Assert.True(turned == (first > second), caption);
            checkedClips++;
        }
        Assert.True(checkedClips > 2000);
    }

    [Fact]
    public void A_swapped_caption_is_one_of_the_swapped_scene()
    {
        foreach (var clip in Train.Where(clip => clip.Scene is { Structure: SceneStructure.Sequence, Events.Count: 2 }).Take(300))
        {
            var caption = Caption.SwappedOrder(clip.Scene, new Random(3), clip.Split).ToLowerInvariant();
            var (first, second) = (Place(caption, clip.Scene.Events[0]), Place(caption, clip.Scene.Events[1]));
            var turned = caption.Contains(" after ", StringComparison.Ordinal)
                || caption.Contains("following", StringComparison.Ordinal)
                || caption.StartsWith("before ", StringComparison.Ordinal);
            Assert.True(turned == (first < second), caption);
        }
    }

    [Fact]
    public void Stated_counts_are_true()
    {
        string[] times = ["", "once", "twice", "three times", "four times", "five times"];
        var stated = 0;
        foreach (var clip in Train.Where(clip => clip.Scene.Structure == SceneStructure.Single))
        {
            for (var count = 1; count < times.Length; count++)
            {
                if (clip.Caption.Contains(times[count], StringComparison.Ordinal))
                {
                    Assert.Equal(count, clip.Scene.Events[0].Count);
                    stated++;
                }
            }
        }
        Assert.True(stated > 50);
    }

    [Fact]
    public void Noise_comes_as_often_as_asked_and_none_leaves_captions_true()
    {
        Assert.All(Train.Take(500), clip => Assert.Equal(clip.Caption, clip.NoisyCaption(CaptionNoise.None)));
        var sequences = Train.Where(clip => clip.Scene.Structure == SceneStructure.Sequence).ToArray();
        var swapped = sequences.Count(clip => clip.NoisyCaption(new(Swapped: 0.3)) != clip.Caption);
        Assert.Equal(0.3, swapped / (double)sequences.Length, 0.03);
        Assert.All(Train.Take(500), clip =>
            Assert.Equal(clip.NoisyCaption(CaptionNoise.Scraped), clip.NoisyCaption(CaptionNoise.Scraped)));
        var replaced = Train.Count(clip => clip.NoisyCaption(new(Replaced: 0.2)) != clip.Caption);
        Assert.Equal(0.2, replaced / (double)Train.Length, 0.03);
    }

    [Fact]
    public void Case_and_commas_do_not_change_the_part() =>
        Assert.All(Train, clip => Assert.Equal(
            FoleySplit.Train,
            Caption.SplitOf(clip.Caption.ToUpperInvariant().Replace(",", "", StringComparison.Ordinal))));

    private static int Place(string caption, SoundEvent sound) =>
        new[] { sound.Phrases.Clauses, sound.Phrases.Gerunds, sound.Phrases.Nouns, sound.Phrases.CountedNouns, sound.Phrases.CountedClauses }
            .SelectMany(phrases => phrases)
            .Select(phrase => caption.IndexOf(phrase, StringComparison.Ordinal))
            .Where(place => place >= 0).DefaultIfEmpty(-1).Min();

    private static int Place(string caption, PlacedEvent placed) => Place(caption, placed.Event);

    private static string[] Words(string caption) =>
        caption.ToLowerInvariant().Split([' ', ','], StringSplitOptions.RemoveEmptyEntries);
}
