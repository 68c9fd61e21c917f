using Tango2.Metrics;

namespace Tango2.Tests.Metrics;

public class SteamTests
{
    [Fact]
    public void A_silent_system_has_every_order_wrong_and_no_f1()
    {
        var silent = new TemporalCaption("two", [new("Cat", [new(1, 5)], []), new("Dog", [new(7, 10)], [])]);
        Assert.Equal(OrderError.NotDetected, OrderErrorRate.Error(silent));
        Assert.Equal(0, TimestampF1.Of([silent]).Value);
    }

    [Fact]
    public void Gaps_are_merged_only_below_the_limit_and_the_threshold_is_strict()
    {
        float[] probabilities = [0.9f, 0, 0, 0, 0, 0.9f, 0, 0, 0, 0, 0, 0.9f, 0.4f];
        var regions = GroundingDecoder.Steam.Decode(probabilities);
        Assert.Equal([new(0, 0.24), new(0.44, 0.48)], regions); // a gap of 4 frames is merged, one of 5 is not
        Assert.Empty(GroundingDecoder.Steam.Decode([0.1f, 0.2f]));
    }

    [Fact]
    public void All_labels_of_all_clips_are_decoded_as_each_alone_is()
    {
        using var scope = NewDisposeScope();
        var probabilities = rand([2, 50, 3], generator: new Generator(1)).transpose(1, 2); // [B, Q, T], not in one piece
        var all = GroundingDecoder.Steam.DecodeAll(probabilities);
        Assert.Equal([3, 3], all.Select(clip => clip.Count));
        for (var i = 0; i < 6; i++)
        {
            var alone = probabilities[i / 3, i % 3].contiguous().data<float>().ToArray();
            Assert.Equal(GroundingDecoder.Steam.Decode(alone), all[i / 3][i % 3]);
        }
    }

    [Fact]
    public void Times_are_rounded_as_binary_numbers()
    {
        var decoder = GroundingDecoder.Steam with { FrameSeconds = 0.0125 };
        var probabilities = Enumerable.Range(0, 40).Select(i => i is (>= 2 and < 10) or >= 30 ? 1f : 0f).ToArray();
        Assert.Equal([new(0.03, 0.12), new(0.38, 0.5)], decoder.Decode(probabilities)); // Python's round of 0.025, 0.125 and 0.375
    }

    [Fact]
    public void Median_filter_removes_single_frames()
    {
        var decoder = GroundingDecoder.Steam with { MedianWidth = 3 };
        Assert.Equal([new(0, 0.08)], decoder.Decode([1, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0]));
        var error = Assert.Throws<InvalidOperationException>(() => (decoder with { MedianWidth = 4 }).Decode([1]));
        Assert.Contains("odd and at least 1, but is 4", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Captions_that_do_not_fit_are_named()
    {
        var sound = new TemporalEvent("Dog", [], []);
        var one = Assert.Throws<ArgumentException>(() => OrderErrorRate.Error(new("syn_1", [sound])));
        Assert.Contains("'syn_1' names 1", one.Message, StringComparison.Ordinal);
        var none = Assert.Throws<ArgumentException>(() => DurationError.Of([new("syn_1", [sound])]));
        Assert.Contains("'Dog' of caption 'syn_1'", none.Message, StringComparison.Ordinal);
    }

    // cases: F1 with a region of 10⁹ s
    [Fact]
    public void A_region_of_many_years_costs_no_more_than_a_short_one()
    {
        var caption = new TemporalCaption("long", [new("Hum", [new(0, 1e9)], [new(4.5, 7.2), new(6, 9), new(5e8, 2e9)])]);
        Assert.Equal(2.0 * (5 + 5e8) / (1e9 + 5 + 1.5e9), TimestampF1.Of([caption]).Value, 12);
        Assert.Equal(1e9 - 4.5, DurationError.Of([caption]).Value, 6); // heard from 4.5 s to 2·10⁹ s
    }

    [Fact]
    public void Segments_counted_by_runs_are_those_counted_one_by_one()
    {
        var random = new Random(2);
        EventRegion[] Draw() => [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => random.Next(40) / 4.0)
            .Select(onset => new EventRegion(onset, onset + (random.Next(12) / 4.0)))];
        for (var i = 0; i < 200; i++)
        {
            var (wanted, heard) = (Draw(), Draw());
            var (a, b) = (Segments(wanted), Segments(heard));
            var score = TimestampF1.Of([new("x", [new("Dog", wanted, heard)])]);
            Assert.Equal([2.0 * a.Intersect(b).Count(), a.Count + b.Count], [score.Sums[0], score.Counts[0]]);
        }

        static HashSet<int> Segments(EventRegion[] regions) => [.. regions.SelectMany(r => Enumerable.Range(
            (int)Math.Floor(r.Onset), (int)(Math.Ceiling(r.Offset) - Math.Floor(r.Onset))))];
    }

    [Theory]
    [InlineData(2, 1, "is 2 s to 1 s")]
    [InlineData(-1, 1, "is -1 s to 1 s")]
    [InlineData(double.NaN, 1, "is NaN s to 1 s")]
    [InlineData(0, double.NaN, "is 0 s to NaN s")]
    [InlineData(0, double.PositiveInfinity, "is 0 s to Infinity s")]
    [InlineData(double.NegativeInfinity, 1, "is -Infinity s to 1 s")]
    public void A_region_that_is_no_stretch_of_time_is_named_by_every_measure(double onset, double offset, string times)
    {
        var good = new TemporalEvent("Cat", [new(0, 1)], [new(0, 1)]);
        foreach (var (kind, bad) in new[]
        {
            ("wanted", new TemporalEvent("Dog", [new(1, 2), new(onset, offset)], [])),
            ("detected", new TemporalEvent("Dog", [new(1, 2)], [new(onset, offset)])),
        })
        {
            TemporalCaption[] captions = [new("syn_7", [good, bad])];
            foreach (var measure in (Func<IReadOnlyList<TemporalCaption>, Score>[])
                [OrderErrorRate.Of, DurationError.Of, FrequencyError.Of, TimestampF1.Of])
            {
                var error = Assert.Throws<ArgumentException>(() => { measure(captions); }).Message;
                Assert.StartsWith($"A {kind} region of sound 'Dog' of caption 'syn_7' must", error, StringComparison.Ordinal);
                Assert.Contains(times, error, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void A_probability_that_is_none_is_named_by_its_frame()
    {
        foreach (var (value, shown) in new[] { (float.NaN, "NaN"), (1.5f, "1.5"), (-1f, "-1"), (float.PositiveInfinity, "Infinity") })
        {
            var one = Assert.Throws<ArgumentException>(() => GroundingDecoder.Steam.Decode([0, 0, value]));
            Assert.Equal($"A probability must be in [0, 1], but at frame 2 it is {shown}.", one.Message);
            using var scope = NewDisposeScope();
            var many = zeros(2, 3, 4);
            many[1, 2, 3] = value;
            var error = Assert.Throws<ArgumentException>(() => GroundingDecoder.Steam.DecodeAll(many));
            Assert.Contains($"at clip 1, label 2, frame 3 it is {shown}", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Settings_out_of_range_are_named()
    {
        foreach (var (decoder, part) in new[]
        {
            (GroundingDecoder.Steam with { Threshold = double.NaN }, "Threshold must be in [0, 1], but is NaN"),
            (GroundingDecoder.Steam with { MergeGap = -1 }, "MergeGap must be 0 s or more, but is -1"),
            (GroundingDecoder.Steam with { FrameSeconds = 0 }, "FrameSeconds must be above 0 s, but is 0"),
        })
        {
            var error = Assert.Throws<InvalidOperationException>(() => decoder.Decode([1]));
            Assert.Contains(part, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_median_of_any_width_is_that_of_the_mirrored_frames()
    {
        var random = new Random(3);
        for (var i = 0; i < 60; i++)
        {
            var frames = Enumerable.Range(0, random.Next(1, 12)).Select(_ => random.Next(2)).ToArray();
            var width = (2 * random.Next(40)) + 1;
            var decoder = new GroundingDecoder { MedianWidth = width, FrameSeconds = 1, MergeGap = 0 };
            var heard = decoder.Decode([.. frames.Select(f => (float)f)]);
            var active = frames.Select((_, k) => 2 * Enumerable.Range(k - (width / 2), width).Sum(j => At(frames, j)) > width);
            Assert.Equal(active.Count(a => a), heard.Sum(r => r.Seconds));
        }
        Assert.Empty(new GroundingDecoder { MedianWidth = int.MaxValue }.Decode([0, 1, 0])); // at once, too

        static int At(int[] frames, int index)
        {
            var place = ((index % (2 * frames.Length)) + (2 * frames.Length)) % (2 * frames.Length);
            return frames[place < frames.Length ? place : (2 * frames.Length) - 1 - place];
        }
    }
}
