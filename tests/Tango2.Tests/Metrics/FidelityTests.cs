using Tango2.Metrics;

namespace Tango2.Tests.Metrics;

public sealed class FidelityTests
{
    [Theory]
    [InlineData(true, true, 0.1, 1.0, 2.0)]
    [InlineData(false, true, 0.1, 2.0, 1.0)]
    [InlineData(false, true, 0.1, 0.1, 2.0)]
    [InlineData(true, false, 2.0, 1.0, 0.1)]
    [InlineData(false, false, 2.0, double.NaN, 0.1)]
    [InlineData(false, true, 0.1, 1.0, double.NaN)]
    public void All_sounds_are_there_and_in_order_where_that_is_asked(bool holds, bool inSequence, params double[] onsets)
    {
        var score = Fidelity.Of([Caption(onsets)], [inSequence]);
        Assert.Equal(holds ? 1 : 0, score.Value);
        Assert.Equal(inSequence && holds, Fidelity.InOrder(onsets) && inSequence);
    }

    [Fact]
    public void Its_value_is_the_share_of_captions() =>
        Assert.Equal(0.5, Fidelity.Of([Caption(0, 1), Caption(1, 0)], [true, true]).Value);

    [Fact]
    public void A_sound_that_is_heard_often_begins_with_its_earliest() => Assert.Equal(1, Fidelity.Of(
        [new("c", [new("a", [new(0, 1)], [new(2, 2.1), new(0, 0.1)]), new("b", [new(1, 2)], [new(1, 2)])])], [true]).Value);

    [Fact]
    public void Each_caption_needs_its_answer_and_regions_that_are_stretches_of_time()
    {
        Assert.Contains("each of 2 captions, but there are 1", Assert.Throws<ArgumentException>(
            () => Fidelity.Of([Caption(0), Caption(1)], [true])).Message, StringComparison.Ordinal);
        Assert.Contains("detected region of sound 'a'", Assert.Throws<ArgumentException>(
            () => Fidelity.Of([new("c", [new("a", [new(0, 1)], [new(1, 0)])])], [true])).Message, StringComparison.Ordinal);
    }

    private static TemporalCaption Caption(params double[] onsets) => new("c", [.. onsets.Select((onset, i) => new TemporalEvent(
        $"sound {i}", [new(i, i + 1)], double.IsFinite(onset) ? [new(onset, onset + 0.2)] : []))]);
}
