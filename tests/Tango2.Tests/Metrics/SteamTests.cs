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
}
