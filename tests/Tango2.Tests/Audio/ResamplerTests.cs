using Tango2.Audio;
using Tango2.Tests.Checkpoints;

namespace Tango2.Tests.Audio;

public class ResamplerTests
{
    private static float[] Noise(int samples)
    {
        var random = new Random(5);
        return [.. Enumerable.Range(0, samples).Select(_ => (float)(2 * random.NextDouble() - 1))];
    }

    // cases: wav/rate_16001.wav. Against the definition: a sum in double precision over all samples. Rates of few filters
    // are in single precision, as in the reference.
    [Theory]
    [InlineData(16_001, 16_000, 1e-5)]
    [InlineData(44_099, 16_000, 1e-5)]
    [InlineData(47_999, 16_000, 1e-5)]
    [InlineData(1_000, 999_983, 1e-5)]
    [InlineData(999_983, 16_000, 1e-5)]
    [InlineData(48_000, 44_100, 2e-4)]
    [InlineData(44_100, 16_000, 2e-4)]
    [InlineData(8_000, 16_000, 2e-4)]
    public void Resampling_follows_the_definition_at_any_rates(int from, int to, double tolerance)
    {
        var sound = Noise(Math.Max(100, from / 500));
        var resampled = Resampler.Resample(new Waveform(sound, from), to).Samples;
        Assert.Equal(((long)sound.Length * to + from - 1) / from, resampled.Length);
        foreach (var place in Enumerable.Range(0, 20).Select(i => i * (resampled.Length - 1) / 19))
            Assert.Equal(Definition(sound, from, to, place), resampled[place], tolerance);
    }

    private static double Definition(float[] sound, int from, int to, int place)
    {
        var cut = 0.99 * Math.Min(from, to);
        return sound.Select((sample, i) =>
        {
            var t = ((double)i / from - (double)place / to) * cut;
            if (Math.Abs(t) >= 6) return 0;
            var sinc = t == 0 ? 1 : Math.Sin(Math.PI * t) / (Math.PI * t);
            return sample * sinc * Math.Pow(Math.Cos(t * Math.PI / 12), 2) * cut / from;
        }).Sum();
    }

    [Fact]
    public void Memory_follows_the_clips_length_at_any_rate()
    {
        var rise = ResidentMemory.RiseDuring(() =>
        {
            Resampler.Resample(new Waveform(Noise(40_000), 16_001), 16_000);
            Resampler.Resample(new Waveform(Noise(40_000), 999_983), 16_000);
        });
        Assert.True(rise < 400_000_000, $"Resampling takes {rise} bytes.");
    }

    [Fact]
    public void Memory_does_not_grow_with_the_number_of_filters()
    {
        var sound = new Waveform(Noise(12_000_000), 999_983); // 48 MB
        var rise = ResidentMemory.RiseDuring(() => Resampler.Resample(sound, 16_000));
        Assert.True(rise < 200_000_000, $"Resampling 12 s takes {rise} bytes.");
    }

    [Fact]
    public void Clips_are_resampled_side_by_side_as_each_alone()
    {
        using var scope = NewDisposeScope();
        var two = tensor(Noise(4_000)).reshape(2, 2_000);
        var both = Resampler.Resample(two, 16_001, 16_000);
        Assert.Equal([2L, 2_000], both.shape);
        for (var i = 0; i < 2; i++)
            Assert.True((both[i] == Resampler.Resample(two[i].unsqueeze(0), 16_001, 16_000)[0]).all().item<bool>());
    }

    [Fact]
    public void Nothing_is_made_of_nothing_and_other_rates_are_refused()
    {
        Assert.Empty(Resampler.Resample(new Waveform([], 16_001), 16_000).Samples);
        foreach (var (from, to) in ((int, int)[])[(999, 16_000), (16_000, 1_000_001)])
            Assert.Contains("must be 1000 to 1000000 Hz", Assert.Throws<ArgumentException>(
                () => Resampler.Resample(new Waveform([0, 1], from), to)).Message);
    }

    [Fact]
    public void Nothing_leaks_where_filters_are_made_as_they_are_needed()
    {
        using var sound = torch.ones(1, 500);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (NewDisposeScope()) Resampler.Resample(sound, 16_001, 16_000);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }
}
