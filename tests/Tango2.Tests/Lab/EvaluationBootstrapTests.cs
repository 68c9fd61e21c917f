using Tango2.Lab;
using Tango2.Metrics;

namespace Tango2.Tests.Lab;

public class SetBootstrapTests
{
    [Fact]
    public void A_model_does_not_differ_from_itself()
    {
        using var scope = NewDisposeScope();
        var features = Features(shift: 0.5, seed: 1);
        Assert.Equal(new Interval(0, 0, 0), SetBootstrap.Fad(features, features, seed: 3, resamples: 20));
        Assert.Equal(new Interval(0, 0, 0), SetBootstrap.Inception(features, features, seed: 3, resamples: 20));
    }

    [Fact]
    public void Clips_moved_away_from_the_real_ones_raise_the_distance_beyond_doubt()
    {
        using var scope = NewDisposeScope();
        var (near, far) = (Features(0.1, 1), Features(2, 1));
        var change = SetBootstrap.Fad(near, far, seed: 3, resamples: 40);
        Assert.Equal(FrechetDistance.Between(far.Embeddings, far.Real) - FrechetDistance.Between(near.Embeddings, near.Real),
            change.Estimate, 9);
        Assert.InRange(change.Estimate, change.Low, change.High);
        Assert.True(change.Low > 0);
        var back = SetBootstrap.Fad(far, near, seed: 3, resamples: 40);
        Assert.Equal(-change.High, back.Low, 9);
    }

    [Fact]
    public void Same_seed_gives_the_same_interval_and_another_seed_another()
    {
        using var scope = NewDisposeScope();
        var (first, second) = (Features(0.1, 1), Features(0.2, 2));
        Assert.Equal(SetBootstrap.Inception(first, second, 5, 20), SetBootstrap.Inception(first, second, 5, 20));
        Assert.NotEqual(SetBootstrap.Inception(first, second, 5, 20), SetBootstrap.Inception(first, second, 6, 20));
    }

    [Fact]
    public void Draws_take_the_same_clips_of_both_models()
    {
        var (before, after) = (new List<long[]>(), new List<long[]>());
        SetBootstrap.Difference(7, Noting(before), Noting(after), seed: 1, resamples: 5);
        Assert.Equal(6, before.Count);
        Assert.Equal(before, after);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6], before[0]);

        static SetBootstrap.SetMetric Noting(List<long[]> list) => items =>
        {
            list.Add(items.data<long>().ToArray());
            return 0;
        };
    }

    [Fact]
    public void Interval_of_a_mean_has_the_width_of_the_central_limit_theorem()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(4);
        var values = rand(400, generator: generator, dtype: float64); // deviation 1/√12
        var interval = SetBootstrap.Difference(
            400, _ => 0, items => values.index_select(0, items).mean().item<double>(), seed: 1, resamples: 2000);
        Assert.Equal(2 * 1.96 / Math.Sqrt(12 * 400), interval.High - interval.Low, 0.005);
    }

    private static TaggerFeatures Features(double shift, ulong seed)
    {
        using var generator = new Generator(9);
        using var own = new Generator(seed);
        var real = randn([60, 6], generator: generator);
        return new(real + shift + 0.1 * randn([60, 6], generator: own), 3 * randn([60, 5], generator: own), real);
    }

    // cases: bootstrap over NaN
    [Fact]
    public void A_metric_without_a_value_is_told_with_the_draw()
    {
        var whole = Assert.Throws<ArgumentException>(() => SetBootstrap.Difference(5, _ => 0, _ => double.NaN, seed: 1));
        Assert.Equal("The metric must be finite over the whole set, but is 0 before and NaN after.", whole.Message);
        var calls = 0;
        var later = Assert.Throws<ArgumentException>(() => SetBootstrap.Difference(
            5, _ => calls++ < 3 ? 1 : double.PositiveInfinity, _ => 2, seed: 1));
        Assert.Equal("The metric must be finite over draw 2, but is Infinity before and 2 after.", later.Message);
    }

    [Fact]
    public void Features_of_other_numbers_of_clips_are_refused()
    {
        using var scope = NewDisposeScope();
        var (all, features) = (Features(0.1, 1), Features(0.2, 2));
        TaggerFeatures fewer = new(features.Embeddings[..59], features.Logits[..59], features.Real[..59]);
        TaggerFeatures mixed = features with { Logits = features.Logits[..59] };
        TaggerFeatures narrow = features with { Embeddings = features.Embeddings[.., ..5] };
        foreach (var other in new[] { fewer, mixed, narrow })
        {
            foreach (var bootstrap in (Func<TaggerFeatures, TaggerFeatures, long, int, Interval>[])
                [SetBootstrap.Fad, SetBootstrap.Inception])
            {
                var error = Assert.Throws<ArgumentException>(() => { bootstrap(all, other, 1, 2); });
                Assert.Matches("after\\.(Embeddings|Logits) must be .*is (60|6) in before", error.Message);
            }
        }
    }
}
