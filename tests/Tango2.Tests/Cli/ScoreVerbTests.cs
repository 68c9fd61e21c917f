using Tango2.Cli.Verbs;

namespace Tango2.Tests.Cli;

public sealed class ScoreVerbTests
{
    [Theory]
    [InlineData(16_000, 40_960, "2.56 s at 16000 Hz, first channel.")]
    [InlineData(16_000, 8_000, "0.50 s at 16000 Hz, first channel; padded with silence to 2.56 s.")]
    [InlineData(16_000, 80_000, "5.00 s at 16000 Hz, first channel; only the first 2.56 s.")]
    [InlineData(44_100, 44_100, "1.00 s at 44100 Hz, first channel; resampled to 16000 Hz; padded with silence to 2.56 s.")]
    [InlineData(16_001, 16_001, "1.00 s at 16001 Hz, first channel; resampled to 16000 Hz; padded with silence to 2.56 s.")]
    public void A_clip_is_2_56_seconds_at_16_kHz_and_says_how_it_became_so(int rate, int samples, string expected)
    {
        var (clip, changes) = ScoreVerb.Clip(new(Enumerable.Repeat(0.5f, samples).ToArray(), rate));
        Assert.Equal(expected, changes);
        Assert.Equal((16_000, 40_960), (clip.SampleRate, clip.Samples.Length));
        Assert.Equal(0.5f, clip.Samples[4_000], 0.01f);
        Assert.Equal(samples * 16_000L / rate >= 40_960 ? 0.5f : 0, clip.Samples[^1]);
    }

    [Fact]
    public void A_file_without_samples_is_refused() =>
        Assert.Contains("no samples", Assert.Throws<InvalidDataException>(() => ScoreVerb.Clip(new([], 16_000))).Message);

    // cases: wav/stereo_left_silent.wav
    [Fact]
    public void Channels_and_silence_in_what_is_heard_are_told()
    {
        var samples = Enumerable.Range(0, 80_000).Select(i => i < 50_000 ? 0 : 0.5f).ToArray();
        var told = WarningsOf.Run(() => Assert.Contains(
            "first of 2 channels", ScoreVerb.Clip(new(samples, 16_000) { FileChannels = 2 }).Changes));
        Assert.Contains("silent in the 2.56 s that the models hear", told);
    }
}
