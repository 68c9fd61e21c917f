using Tango2.Mini.Foley;

namespace Tango2.Tests.Mini.Foley;

public class SceneTests
{
    private static readonly Scene[] Scenes =
        [.. Enumerable.Range(0, 4000).Select(i => FoleyWorld.Scene(7, i, SceneMix.Default))];

    [Fact]
    public void Structures_come_as_often_as_the_mix_says()
    {
        double Share(Func<Scene, bool> which) => Scenes.Count(which) / (double)Scenes.Length;
        Assert.Equal(0.20, Share(scene => scene.Structure == SceneStructure.Single), 0.025);
        Assert.Equal(0.40, Share(scene => scene is { Structure: SceneStructure.Sequence, Events.Count: 2 }), 0.025);
        Assert.Equal(0.15, Share(scene => scene.Structure == SceneStructure.While), 0.025);
        Assert.Equal(0.10, Share(scene => scene.Structure == SceneStructure.Background), 0.025);
        Assert.Equal(0.15, Share(scene => scene is { Structure: SceneStructure.Sequence, Events.Count: > 2 }), 0.025);
    }

    [Theory]
    [InlineData(2.0)]
    [InlineData(2.56)]
    [InlineData(10.24)]
    public void Strokes_lie_in_order_within_the_clip(double seconds)
    {
        for (var i = 0; i < 1000; i++)
        {
            var scene = FoleyWorld.Scene(3, i, SceneMix.Default with { Seconds = seconds });
            foreach (var placed in scene.Events)
            {
                Assert.InRange(placed.Onset, 0, seconds);
                Assert.InRange(placed.Offset, placed.Onset + 0.05, seconds + 1e-9);
                Assert.InRange(placed.Count, 1, placed.Event.MaxCount);
                foreach (var (stroke, next) in placed.Repetitions.Zip(placed.Repetitions.Skip(1)))
                {
                    Assert.True(next.Onset - stroke.Offset > 0.05);
                }
            }
        }
    }

    [Fact]
    public void Events_of_a_sequence_never_overlap()
    {
        foreach (var scene in Scenes.Where(scene => scene.Structure == SceneStructure.Sequence))
        {
            foreach (var (before, after) in scene.Events.Zip(scene.Events.Skip(1)))
            {
                Assert.True(after.Onset - before.Offset >= 0.089, scene.Meaning);
            }
        }
    }

    [Theory]
    [InlineData(2.0)]
    [InlineData(2.56)]
    public void Up_to_five_events_fit_with_silence_between(double seconds)
    {
        var mix = new SceneMix(0, 0, 0, 0, 1) { Seconds = seconds };
        Scene[] scenes = [.. Enumerable.Range(0, 3000).Select(i => FoleyWorld.Scene(5, i, mix))];
        foreach (var scene in scenes)
        {
            Assert.InRange(scene.Events[0].Onset, 0.0399, seconds);
            Assert.InRange(scene.Events[^1].Offset, 0, seconds - 0.0399);
            Assert.All(scene.Events.Zip(scene.Events.Skip(1)),
                pair => Assert.True(pair.Second.Onset - pair.First.Offset >= 0.089, scene.Meaning));
            Assert.All(scene.Events.SelectMany(placed => placed.Repetitions.Select(stroke => (placed.Event, stroke))),
                told => Assert.InRange(told.stroke.Seconds, told.Event.Shortest - 1e-9, told.Event.Longest + 1e-9));
        }
        double Share(int events) => scenes.Count(scene => scene.Events.Count == events) / 3000.0;
        Assert.Equal(0.5, Share(3), 0.03);
        Assert.Equal(0.3, Share(4), 0.03);
        Assert.Equal(0.2, Share(5), 0.03);
    }

    [Fact]
    public void Events_of_an_overlap_share_most_of_the_shorter()
    {
        foreach (var scene in Scenes.Where(scene => scene.Structure == SceneStructure.While))
        {
            var (a, b) = (scene.Events[0], scene.Events[1]);
            var shared = Math.Min(a.Offset, b.Offset) - Math.Max(a.Onset, b.Onset);
            Assert.True(shared >= 0.69 * Math.Min(a.Seconds, b.Seconds), scene.Meaning);
        }
    }

    [Fact]
    public void A_background_fills_its_clip_quietly()
    {
        foreach (var scene in Scenes.Where(scene => scene.Structure == SceneStructure.Background))
        {
            Assert.True(scene.Events[0].Event.CanBeBackground);
            Assert.Equal(2.56, scene.Events[0].Seconds);
            Assert.All(scene.Events.Skip(1), placed => Assert.True(placed.Gain > 2 * scene.Events[0].Gain));
        }
    }

    [Fact]
    public void No_event_comes_twice_and_every_event_comes()
    {
        Assert.All(Scenes, scene =>
            Assert.Equal(scene.Events.Count, scene.Events.Select(placed => placed.Event).Distinct().Count()));
        Assert.Equal(18, Scenes.SelectMany(scene => scene.Events).Select(placed => placed.Event).Distinct().Count());
    }

    [Fact]
    public void Meaning_keeps_the_order_of_a_sequence_and_forgets_that_of_an_overlap()
    {
        Assert.All(Scenes.Where(scene => scene.Structure == SceneStructure.While), scene =>
            Assert.True(scene.SameMeaning(scene with { Events = [.. scene.Events.Reverse()] })));
        Assert.All(Scenes.Where(scene => scene.Structure == SceneStructure.Sequence), scene =>
            Assert.False(scene.SameMeaning(scene with { Events = [.. scene.Events.Reverse()] })));
    }

    [Fact]
    public void Every_edit_changes_the_meaning()
    {
        var random = new Random(5);
        foreach (var scene in Scenes)
        {
            Assert.False(scene.SameMeaning(scene.WithEventReplaced(random)));
            if (scene.Events.Count > 1)
            {
                Assert.False(scene.SameMeaning(scene.WithOrderSwapped(random)));
                Assert.Equal(scene.Events.Count - 1, scene.WithEventDropped(random).Events.Count);
            }
        }
    }

    [Fact]
    public void A_single_event_has_no_order_and_nothing_to_drop()
    {
        var scene = FoleyWorld.Scene(1, 0, SceneMix.Singles);
        var swap = Assert.Throws<ArgumentException>(() => scene.WithOrderSwapped(new Random(1)));
        Assert.Contains("two events or more, but this has one: " + scene.Meaning, swap.Message, StringComparison.Ordinal);
        var drop = Assert.Throws<ArgumentException>(() => scene.WithEventDropped(new Random(1)));
        Assert.Contains("two or more, but this has one: " + scene.Meaning, drop.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mix_without_weight_or_length_is_refused()
    {
        var weights = Assert.Throws<ArgumentException>(() => FoleyWorld.Scene(1, 0, new SceneMix(0, 0, 0, 0, 0)));
        Assert.Contains("one above, but has [0, 0, 0, 0, 0]", weights.Message, StringComparison.Ordinal);
        var length = Assert.Throws<ArgumentException>(
            () => FoleyWorld.Scene(1, 0, SceneMix.Default with { Seconds = 1 }));
        Assert.Contains("at least 2 seconds", length.Message, StringComparison.Ordinal);
    }
}
