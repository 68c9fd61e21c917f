using System.Text.Json;
using Tango2.Metrics;

namespace Tango2.Tests.Metrics;

public class SteamTests
{
    private static readonly JsonElement Fixture = JsonDocument.Parse(File.ReadAllBytes(Golden.Path("steam.json"))).RootElement;

    private static readonly Dictionary<string, Tensor> Probabilities = Golden.Keep("steam.safetensors");

    private static JsonElement Expected(string task) => Fixture.GetProperty("expected").GetProperty(task);

    // A reference entry is a pair of times, a duration, or a bare number that stands for one occurrence.
    private static EventRegion Region(JsonElement entry) => entry.ValueKind == JsonValueKind.Array
        ? new(entry[0].GetDouble(), entry[1].GetDouble())
        : new(0, entry.GetDouble());

    private static TemporalCaption[] Captions(string task) =>
        [.. Fixture.GetProperty("reference_json").GetProperty(task).EnumerateObject().Select(caption => new TemporalCaption(
            caption.Name,
            [.. caption.Value.GetProperty("event").EnumerateObject().Select(sound => new TemporalEvent(
                sound.Name,
                [.. sound.Value.EnumerateArray().Select(Region)],
                GroundingDecoder.Steam.Decode(
                    Probabilities[$"input.{task}.{caption.Name}.{sound.Name}.prob"].data<float>().ToArray())))]))];

    [Theory]
    [InlineData("ordering")]
    [InlineData("duration")]
    [InlineData("frequency")]
    [InlineData("timestamp")]
    public void Decoded_regions_equal_the_tool(string task)
    {
        foreach (var caption in Captions(task))
            foreach (var sound in caption.Events)
            {
                var expected = Expected(task).GetProperty("segments").GetProperty(caption.Id).GetProperty(sound.Label);
                Assert.Equal(expected.EnumerateArray().Select(Region), sound.Detected);
            }
    }

    [Fact]
    public void Order_errors_equal_the_tool_in_kind_and_rate()
    {
        var names = new Dictionary<string, OrderError>
        {
            [""] = OrderError.None,
            ["non_detect"] = OrderError.NotDetected,
            ["occur_error"] = OrderError.WrongOrder,
            ["overlap_error"] = OrderError.Overlap,
        };
        var captions = Captions("ordering");
        foreach (var caption in captions)
        {
            var expected = Expected("ordering").GetProperty("errors").GetProperty(caption.Id).GetString()!;
            Assert.Equal(names[expected], OrderErrorRate.Error(caption));
        }
        Assert.Equal(Expected("ordering").GetProperty("value").GetDouble(), OrderErrorRate.Of(captions).Value, 12);
    }

    [Fact]
    public void Duration_errors_equal_the_tool()
    {
        var captions = Captions("duration");
        foreach (var caption in captions)
            foreach (var sound in caption.Events)
            {
                var expected = Expected("duration").GetProperty("errors").GetProperty(caption.Id).GetProperty(sound.Label);
                Assert.Equal(expected.GetDouble(), DurationError.Error(caption, sound), 12);
            }
        Assert.Equal(Expected("duration").GetProperty("value").GetDouble(), DurationError.Of(captions).Value, 12);
        Assert.Equal(8, DurationError.Of(captions).PerItem[1], 12);
    }

    [Fact]
    public void Frequency_errors_equal_the_tool()
    {
        var captions = Captions("frequency");
        Assert.Equal([0, 2, 4, 11], captions.SelectMany(c => c.Events).Select(FrequencyError.Error));
        Assert.Equal(4.25, FrequencyError.Of(captions).Value, 12);
        Assert.Equal([1, 4, 11], FrequencyError.Of(captions).PerItem);
    }

    [Fact]
    public void Timestamp_f1_equals_sed_eval()
    {
        var expected = Expected("timestamp").GetProperty("sed_eval").GetProperty("Segment_based Result")
            .GetProperty("f_measure").GetProperty("f_measure").GetDouble();
        Assert.Equal(expected, TimestampF1.Of(Captions("timestamp")).Value, 12);
    }

    [Fact]
    public void A_silent_system_has_every_order_wrong_and_no_f1()
    {
        var silent = Captions("timestamp")[0];
        silent = silent with { Events = [.. silent.Events.Select(e => e with { Detected = [] })] };
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
