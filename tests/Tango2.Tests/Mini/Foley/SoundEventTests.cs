using Tango2.Mini.Foley;

namespace Tango2.Tests.Mini.Foley;

public class SoundEventTests
{
    [Fact]
    public void Eighteen_events_know_their_place_and_their_keys_are_unique()
    {
        Assert.Equal(18, SoundEvents.All.Count);
        Assert.Equal(Enumerable.Range(0, 18), SoundEvents.All.Select(sound => sound.Index));
        Assert.Equal(18, SoundEvents.All.Select(sound => sound.Key).Distinct().Count());
        Assert.All(SoundEvents.All, sound => Assert.Same(sound, SoundEvents.ByKey(sound.Key)));
    }

    [Fact]
    public void An_unknown_key_is_answered_with_the_known_ones()
    {
        var error = Assert.Throws<ArgumentException>(() => SoundEvents.ByKey("lion"));
        Assert.Contains("no sound event 'lion'", error.Message, StringComparison.Ordinal);
        Assert.Contains("bark, rain, bell", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Strokes_of_any_length_are_finite_loud_and_within_range()
    {
        foreach (var sound in SoundEvents.All)
        {
            for (var seed = 0; seed < 20; seed++)
            {
                var random = new Random(seed);
                foreach (var stroke in sound.Synthesize(random, sound.Shortest, Math.Min(sound.Longest, 2.56)))
                {
                    Assert.All(stroke, sample => Assert.True(Math.Abs(sample) < 1, $"{sound}: {sample}"));
                    Assert.True(stroke.Max(Math.Abs) > 0.2, $"{sound} is silent");
                    Assert.InRange(Math.Abs(stroke.Average()), 0, 0.02);
                }
            }
        }
    }

    [Fact]
    public void Energy_lies_between_100_and_7000_hertz()
    {
        foreach (var sound in SoundEvents.All)
        {
            var share = Enumerable.Range(0, 8).Average(seed => Spectra.Share(
                sound.Synthesize(new Random(seed), Math.Min(sound.Longest, 1))[0], 100, 7000));
            Assert.True(share > 0.8, $"{sound}: {share:F2}");
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_sound_and_another_seed_another()
    {
        foreach (var sound in SoundEvents.All)
        {
            var first = sound.Synthesize(new Random(1), 0.4)[0];
            Assert.Equal(first, sound.Synthesize(new Random(1), 0.4)[0]);
            Assert.NotEqual(first, sound.Synthesize(new Random(2), 0.4)[0]);
        }
    }

    [Fact]
    public void Nearest_centroid_of_band_energies_names_nine_of_ten_single_clips()
    {
        var train = Clips(1, 700);
        var test = Clips(2, 500);
        var size = train[0].Features.Length;
        var spread = Enumerable.Range(0, size).Select(i => Spread(train.Select(clip => clip.Features[i]))).ToArray();
        var centroids = train.GroupBy(clip => clip.Event).ToDictionary(
            group => group.Key,
            group => Enumerable.Range(0, size).Select(i => group.Average(clip => clip.Features[i])).ToArray());
        var wrong = test
            .Select(clip => (clip.Event, Named: centroids.MinBy(pair => Distance(pair.Value, clip.Features)).Key))
            .Where(clip => clip.Event != clip.Named).Select(clip => $"{clip.Event} as {clip.Named}").ToList();
        Assert.Equal(18, centroids.Count);
        Assert.True(wrong.Count <= test.Length / 10, $"{wrong.Count} of {test.Length}: {string.Join(", ", wrong)}");
        TestContext.Current.SendDiagnosticMessage("{0} of {1} wrong: {2}", wrong.Count, test.Length,
            string.Join(", ", wrong));

        double Distance(double[] a, double[] b) => a.Select((x, i) => Math.Pow((x - b[i]) / spread[i], 2)).Sum();
    }

    private static (SoundEvent Event, double[] Features)[] Clips(long seed, int count) =>
        [.. Enumerable.Range(0, count).Select(i => FoleyWorld.Scene(seed, i, SceneMix.Singles))
            .Select(scene => (scene.Events[0].Event, Spectra.Summary(FoleyWorld.Render(scene))))];

    private static double Spread(IEnumerable<double> values)
    {
        var list = values.ToArray();
        var mean = list.Average();
        return Math.Sqrt(list.Average(value => (value - mean) * (value - mean))) + 1e-6;
    }
}
