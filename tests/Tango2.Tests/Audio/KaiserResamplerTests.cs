using Tango2.Audio;

namespace Tango2.Tests.Audio;

public class KaiserResamplerTests
{
    [Theory]
    [InlineData(16_000, 48_000)]
    [InlineData(44_100, 48_000)]
    [InlineData(44_100, 16_000)]
    [InlineData(48_000, 32_000)]
    public void A_tone_below_both_limits_stays_what_it_is(int from, int to)
    {
        const double Hz = 1000;
        var samples = Enumerable.Range(0, from).Select(i => (float)(0.5 * Math.Sin(2 * Math.PI * Hz * i / from))).ToArray();
        var resampled = KaiserResampler.Resample(samples, from, to);
        Assert.Equal(to, resampled.Length);
        // The table is read in whole steps when the rate falls, so that the gain is a little off, as the reference's.
        for (var i = to / 10; i < to * 9 / 10; i++)
            Assert.Equal(0.5 * Math.Sin(2 * Math.PI * Hz * i / to), resampled[i], 1e-3);
    }

    [Fact]
    public void What_the_lower_rate_cannot_hold_is_taken_away()
    {
        var samples = Enumerable.Range(0, 48_000).Select(i => MathF.Sin(i * 2.5f)).ToArray(); // 19 kHz
        Assert.True(KaiserResampler.Resample(samples, 48_000, 16_000)[1000..15_000].Max(MathF.Abs) < 1e-4);
    }

    [Theory]
    [InlineData(16_000, 16_000, 48_000, 48_000)]
    [InlineData(74_970, 44_100, 48_000, 81_601)] // a whole number that double precision rounds up
    [InlineData(7, 44_100, 16_000, 3)]
    [InlineData(5, 16_000, 16_000, 5)]
    public void The_length_is_librosas(int samples, int from, int to, int expected)
    {
        var resampled = KaiserResampler.ResampleToCeiling(Enumerable.Repeat(0.5f, samples).ToArray(), from, to);
        Assert.Equal(expected, resampled.Length);
        if (samples * (long)to % from == 0 && from != to && expected > samples * (long)to / from) Assert.Equal(0, resampled[^1]);
    }
}
