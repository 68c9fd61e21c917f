using System.Text.RegularExpressions;
using Tango2.Mini.Foley;

namespace Tango2.Tests.Mini.Foley;

public partial class CaptionTests
{
    private static readonly (SceneStructure Structure, int Events)[] FrameKinds =
    [
        (SceneStructure.Single, 1), (SceneStructure.Sequence, 2), (SceneStructure.Sequence, 3), (SceneStructure.Sequence, 4),
        (SceneStructure.Sequence, 5), (SceneStructure.While, 2), (SceneStructure.Background, 1), (SceneStructure.Background, 2),
    ];

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
            }).Select(caption => string.Concat(caption.ToUpperInvariant().Where(char.IsLetterOrDigit)))];
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
    public void No_frame_is_in_two_parts_and_each_part_has_many()
    {
        HashSet<string> Frames(FoleySplit split) => [.. FrameKinds.SelectMany(kind => Enumerable.Range(0, 400)
            .Select(i => Caption.Frame(kind.Structure, kind.Events, new Random(i), split)))
            .Select(frame => string.Concat(frame.Where(char.IsLetterOrDigit)))];
        var (train, validation, test) = (Frames(FoleySplit.Train), Frames(FoleySplit.Validation), Frames(FoleySplit.Test));
        Assert.Empty(train.Intersect(test));
        Assert.Empty(train.Intersect(validation));
        Assert.Empty(validation.Intersect(test));
        Assert.All([validation.Count, test.Count], count => Assert.True(count > 300, $"{count} frames"));
    }

    [Fact]
    public void Every_word_of_validation_and_test_is_one_of_training_too()
    {
        static HashSet<string> Vocabulary(FoleySplit split, int count) =>
            [.. Enumerable.Range(0, count).SelectMany(i => Words(Text(FoleyWorld.Scene(1, i, SceneMix.Default, split), split)))];
        static string Text(Scene scene, FoleySplit split) => Caption.Variant(scene, 0, split);
        var train = Vocabulary(FoleySplit.Train, 40_000);
        Assert.Empty(Vocabulary(FoleySplit.Validation, 10_000).Except(train));
        Assert.Empty(Vocabulary(FoleySplit.Test, 10_000).Except(train));
        Assert.InRange(train.Count, 600, 1100);
    }

    [Fact]
    public void Frames_hold_each_event_once_and_nothing_unfinished()
    {
        foreach (var (structure, events) in FrameKinds)
        {
            for (var i = 0; i < 3000; i++)
            {
                var frame = Grammar.Draw(structure, events, new Random(i));
                var slots = Regex.Matches(frame, @"\{([A-Z])(\d|B)\}").Select(match => match.Groups[2].Value).ToArray();
                var expected = Enumerable.Range(0, events).Select(k => $"{k}");
                if (structure == SceneStructure.Background) expected = expected.Append("B");
                Assert.True(slots.Order().SequenceEqual(expected), frame);
                Assert.DoesNotMatch(@"[()|]|\{[FS]|  | [,.;:]|^[ ,]", frame);
                Assert.DoesNotMatch(@"\{(?![CPHGNWE](\d|B)\}|(is|comes)\d\})", frame);
            }
        }
    }

    [Fact]
    public void Captions_are_written_as_English_is()
    {
        foreach (var caption in Train.Concat(Validation).Concat(Test).Select(clip => clip.Caption))
        {
            Assert.DoesNotMatch(@"[{}|]|  | [,.;:!]|[,;:]$|^[ ,.]|^$", caption);
            Assert.False(WrongArticle().IsMatch(caption), caption);
            Assert.DoesNotMatch(new Regex(@"\b(a|an|the|is|are|then|of|with|while) \1\b", RegexOptions.IgnoreCase), caption);
            Assert.InRange(caption.Split(' ').Length, 1, 40);
        }
    }

    [Fact]
    public void The_words_of_a_caption_tell_its_sound_from_the_others()
    {
        var joining = Grammar.All.Texts.SelectMany(Words).ToHashSet();
        var owners = SoundEvents.All
            .SelectMany(sound => sound.Words.Texts.SelectMany(Words).Except(joining).Select(word => (sound, word)))
            .ToLookup(owned => owned.word, owned => owned.sound);
        double Score(SoundEvent sound, string[] words) => words
            .Where(word => owners[word].Count() < 4 && owners[word].Contains(sound)).Sum(word => 1.0 / owners[word].Count());
        foreach (var clip in Train.Where(clip => clip.Scene.Structure == SceneStructure.Single))
        {
            var words = Words(clip.Caption);
            var best = SoundEvents.All.Max(sound => Score(sound, words));
            Assert.True(best > 0 && Score(clip.Scene.Events[0].Event, words) == best, clip.Caption);
        }
        foreach (var clip in Train.Where(clip => clip.Scene.Structure == SceneStructure.Sequence))
        {
            var words = Words(clip.Caption);
            Assert.All(clip.Scene.Events, placed => Assert.True(Score(placed.Event, words) > 0, clip.Caption));
        }
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
        var turned = 0;
        for (var i = 0; i < 6000; i++)
        {
            var frame = Grammar.Draw(SceneStructure.Sequence, 2, new Random(i));
            var said = frame.IndexOf("1}", StringComparison.Ordinal) < frame.IndexOf("0}", StringComparison.Ordinal);
            Assert.True(said == Turns().IsMatch(frame), frame);
            turned += said ? 1 : 0;
        }
        Assert.InRange(turned, 400, 2000);
    }

    [Fact]
    public void A_swapped_caption_is_one_of_the_swapped_scene()
    {
        foreach (var clip in Train.Where(clip => clip.Scene is { Structure: SceneStructure.Sequence, Events.Count: 2 }).Take(300))
        {
            var swapped = clip.Scene.WithOrderSwapped(new Random(3));
            Assert.Equal(clip.Scene.Events.Reverse(), swapped.Events);
            var random = new Random(3);
            swapped = clip.Scene.WithOrderSwapped(random);
            Assert.Equal(Caption.SwappedOrder(clip.Scene, new Random(3), clip.Split), Caption.Draw(swapped, random, clip.Split));
        }
    }

    [Fact]
    public void Stated_counts_are_true()
    {
        var stated = new int[6];
        foreach (var clip in Train.Where(clip => clip.Scene.Structure == SceneStructure.Single))
        {
            var placed = clip.Scene.Events[0];
            foreach (var count in Stated(clip.Caption))
            {
                Assert.True(count == placed.Count, $"{clip.Caption}: {clip.Scene.Meaning}");
                stated[count]++;
            }
            if (Several().IsMatch(clip.Caption)) Assert.True(placed.Count > 2, clip.Caption);
            if (placed.Count == 1) continue;
            var words = placed.Event.Words;
            var one = string.Join('|', words.Alone.Select(noun => noun.One).Except(words.Makers.SelectMany(Things)));
            Assert.DoesNotMatch(new Regex($@"\b(a|an|one|single) ({one})\b", RegexOptions.IgnoreCase), clip.Caption);
        }
        Assert.All(stated[1..], count => Assert.True(count >= 5, string.Join(' ', stated)));
        static IEnumerable<string> Things(Maker maker) => maker.Subjects.Select(subject => subject.Noun.One);
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

    // "one hears" is no count.
    private static IEnumerable<int> Stated(string caption)
    {
        string[] said = ["", "once|one(?! hears)|a single", "twice|2|two|a couple of", "3|three", "4|four", "5|five"];
        return Enumerable.Range(1, 5).Where(count => Regex.IsMatch(caption, $@"\b({said[count]})\b", RegexOptions.IgnoreCase));
    }

    private static string[] Words(string text) => [.. Word().Matches(text.ToLowerInvariant()).Select(match => match.Value)];

    [GeneratedRegex(@"\b(several|multiple|repeatedly|a few)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Several();

    [GeneratedRegex("[a-z0-9]+")]
    private static partial Regex Word();

    [GeneratedRegex(@"\ba [aeiou]|\ban [^aeiou]", RegexOptions.IgnoreCase)]
    private static partial Regex WrongArticle();

    // What tells that the later sound is named first; "after that" and "soon after" do not.
    [GeneratedRegex(@"\}(,)? after \{|comes\d\} after|(?<!^)following|preceded|^before|(but|;) (before|first|earlier)" +
        @"|\} (as soon as|when) \{")]
    private static partial Regex Turns();
}
