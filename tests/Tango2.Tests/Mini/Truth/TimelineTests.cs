using System.Xml.Linq;
using Tango2.Display;
using Tango2.Mini.Foley;
using Tango2.Metrics;
using Tango2.Mini.Truth;

namespace Tango2.Tests.Mini.Truth;

public class TimelineTests
{
    private static IReadOnlyList<EventRegion>[] Silence => [.. SoundEvents.All.Select(_ => Array.Empty<EventRegion>())];

    [Fact]
    public void Shows_the_sounds_of_the_scene_and_those_heard_by_mistake()
    {
        var scene = FoleyWorld.Scene(1, 0, SceneMix.Singles);
        var other = SoundEvents.All.First(sound => sound != scene.Events[0].Event);
        var heard = Silence;
        heard[other.Index] = [new(0.5, 1)];
        var svg = XElement.Parse(Timelines.Of(scene, heard, "one & two").Svg);
        foreach (var text in new[] { "one & two", scene.Events[0].Event.Key, other.Key, "truth", "detected", "time [s]" })
            Assert.Contains(text, svg.Value);
    }

    [Fact]
    public void A_bar_is_drawn_for_every_region()
    {
        var (bark, bell) = (SoundEvents.ByKey("bark"), SoundEvents.ByKey("bell"));
        var (one, two) = (Silence, Silence);
        var none = Bars();
        one[bark.Index] = [new(0, 0.2), new(0.4, 0.6)];
        two[bell.Index] = [new(1, 2)];
        Assert.Equal(none + 3, Bars());

        int Bars()
        {
            var svg = Timelines.Of([bark, bell], ("a", one), ("b", two), "both").Svg;
            return XElement.Parse(svg).Descendants().Count(e => e.Name.LocalName is "rect" or "polygon");
        }
    }

    [Fact]
    public void An_empty_timeline_is_refused() => Assert.Equal(
        "The timeline 't' needs at least one row. (Parameter 'rows')",
        Assert.Throws<ArgumentException>(() => Timeline.Of("t", 1, "a", "b", [])).Message);
}
