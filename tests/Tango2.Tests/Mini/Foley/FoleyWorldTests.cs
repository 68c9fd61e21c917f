using System.Diagnostics;
using Tango2.Mini.Foley;

namespace Tango2.Tests.Mini.Foley;

public class FoleyWorldTests
{
    [Fact]
    public void Clips_are_finite_not_silent_and_peak_at_one_half()
    {
        for (var i = 0; i < 300; i++)
        {
            var samples = FoleyWorld.Clip(11, FoleySplit.Train, i).Render();
            Assert.Equal(40960, samples.Length);
            Assert.DoesNotContain(samples, float.IsNaN);
            Assert.Equal(0.5f, samples.Max(Math.Abs), 1e-5f);
            Assert.True(Math.Sqrt(samples.Average(sample => sample * sample)) > 0.01);
        }
    }

    [Fact]
    public void A_clip_is_the_same_alone_again_and_in_parallel()
    {
        var together = new (string Caption, float[] Samples)[64];
        Parallel.For(0, 64, i =>
        {
            var clip = FoleyWorld.Clip(4, FoleySplit.Train, i);
            together[i] = (clip.Caption, clip.Render());
        });
        for (var i = 63; i >= 0; i--)
        {
            var clip = FoleyWorld.Clip(4, FoleySplit.Train, i);
            Assert.Equal(together[i].Caption, clip.Caption);
            Assert.Equal(together[i].Samples, clip.Render());
        }
        Assert.NotEqual(together[0].Samples, FoleyWorld.Clip(5, FoleySplit.Train, 0).Render());
        Assert.NotEqual(together[0].Samples, FoleyWorld.Clip(4, FoleySplit.Validation, 0).Render());
    }

    [Fact]
    public void The_sound_lies_where_the_scene_says()
    {
        for (var i = 0; i < 300; i++)
        {
            var scene = FoleyWorld.Scene(9, i, SceneMix.Singles);
            var samples = FoleyWorld.Render(scene);
            double inside = 0, outside = 0;
            for (var n = 0; n < samples.Length; n++)
            {
                // Early reflections may ring 45 ms on.
                var time = (double)n / FoleyWorld.SampleRate;
                var sounds = scene.Events[0].Repetitions.Any(s => time >= s.Onset - 1e-3 && time <= s.Offset + 0.045);
                inside += sounds ? samples[n] * samples[n] : 0;
                outside += sounds ? 0 : samples[n] * samples[n];
            }
            Assert.True(outside < 1e-4 * inside, $"{scene.Meaning}: {outside} outside, {inside} inside");
        }
    }

    [Fact]
    public void Each_event_of_a_sequence_is_heard_in_its_own_span()
    {
        for (var i = 0; i < 200; i++)
        {
            var scene = FoleyWorld.Scene(10, i, SceneMix.Sequences);
            var samples = FoleyWorld.Render(scene);
            foreach (var placed in scene.Events)
            {
                var span = samples[(int)(placed.Onset * 16000)..(int)(placed.Offset * 16000)];
                Assert.True(span.Max(Math.Abs) > 0.08, $"{placed.Event} in {scene.Meaning}: {span.Max(Math.Abs)}");
            }
        }
    }

    [Fact]
    public void Labels_mark_the_frames_of_the_strokes_only()
    {
        for (var i = 0; i < 200; i++)
        {
            var scene = FoleyWorld.Scene(12, i, SceneMix.Default);
            var labels = EventLabels.Frames(scene);
            Assert.Equal((64, 18), (labels.GetLength(0), labels.GetLength(1)));
            var present = EventLabels.Clip(scene);
            for (var k = 0; k < 18; k++)
            {
                var marked = Enumerable.Range(0, 64).Count(t => labels[t, k] == 1);
                var placed = scene.Events.FirstOrDefault(placed => placed.Event.Index == k);
                var seconds = placed?.Repetitions.Sum(stroke => stroke.Seconds) ?? 0;
                Assert.InRange(marked * 0.04, seconds - (0.04 * (placed?.Count ?? 0)), seconds + (0.04 * (placed?.Count ?? 0)));
                Assert.Equal(placed is null ? 0 : 1, present[k]);
                Assert.Equal(placed is null, marked == 0);
            }
        }
    }

    [Fact]
    public void A_clip_takes_milliseconds()
    {
        FoleyWorld.Clips(1, FoleySplit.Train, 50).Sum(clip => clip.Render()[0]);
        var fastest = Enumerable.Range(0, 5).Min(round =>
        {
            var watch = Stopwatch.StartNew();
            FoleyWorld.Clips(round, FoleySplit.Train, 40).Sum(clip => clip.Render()[0]);
            return watch.Elapsed.TotalMilliseconds / 40;
        });
        TestContext.Current.SendDiagnosticMessage("{0:F2} ms a clip", fastest);
        Assert.True(fastest < 25, $"{fastest:F1} ms a clip"); // about 2 when the machine is idle
    }
}
