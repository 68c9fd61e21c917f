using Tango2.Metrics;
using Tango2.Evaluation;

namespace Tango2.Tests.Evaluation;

public class FeatureBootstrapTests
{
    [Fact]
    public void A_model_does_not_differ_from_itself()
    {
        using var scope = NewDisposeScope();
        var features = Features(shift: 0.5, seed: 1);
        Assert.Equal(new Interval(0, 0, 0), FeatureBootstrap.Fad([features], [features], seed: 3, resamples: 20));
        Assert.Equal(new Interval(0, 0, 0), FeatureBootstrap.Inception([features], [features], seed: 3, resamples: 20));
    }

    [Fact]
    public void Clips_moved_away_from_the_real_ones_raise_the_distance_beyond_doubt()
    {
        using var scope = NewDisposeScope();
        var (near, far) = (Features(0.1, 1), Features(2, 1));
        var change = FeatureBootstrap.Fad([near], [far], seed: 3, resamples: 40);
        Assert.Equal(FrechetDistance.Between(far.Embeddings, far.Real) - FrechetDistance.Between(near.Embeddings, near.Real),
            change.Estimate, 9);
        Assert.InRange(change.Estimate, change.Low, change.High);
        Assert.True(change.Low > 0);
        var back = FeatureBootstrap.Fad([far], [near], seed: 3, resamples: 40);
        Assert.Equal(-change.High, back.Low, 9);
    }

    [Fact]
    public void Same_seed_gives_the_same_interval_and_another_seed_another()
    {
        using var scope = NewDisposeScope();
        var (first, second) = (Features(0.1, 1), Features(0.2, 2));
        Assert.Equal(FeatureBootstrap.Inception([first], [second], 5, 20), FeatureBootstrap.Inception([first], [second], 5, 20));
        Assert.NotEqual(FeatureBootstrap.Inception([first], [second], 5, 20), FeatureBootstrap.Inception([first], [second], 6, 20));
    }

    [Fact]
    public void Several_trainings_are_averaged_over_the_same_clips()
    {
        using var scope = NewDisposeScope();
        var (before, one, other) = (Features(0.1, 1), Features(0.2, 2), Features(0.6, 3));
        double Of(params IReadOnlyList<TaggerFeatures> after) => FeatureBootstrap.Fad([before], after, seed: 3, resamples: 20).Estimate;
        Assert.Equal((Of(one) + Of(other)) / 2, Of(one, other), 9);
        Assert.Equal(Of(one, other), -FeatureBootstrap.Fad([one, other], [before], seed: 3, resamples: 20).Estimate, 9);
        Assert.Equal(FeatureBootstrap.Fad([before], [one], 3, 20), FeatureBootstrap.Fad([before], [one, one], 3, 20));
    }

    private static TaggerFeatures Features(double shift, ulong seed)
    {
        using var generator = new Generator(9);
        using var own = new Generator(seed);
        var real = randn([60, 6], generator: generator);
        return new(real + shift + 0.1 * randn([60, 6], generator: own), 3 * randn([60, 5], generator: own), real);
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
            foreach (var bootstrap in (Func<IReadOnlyList<TaggerFeatures>, IReadOnlyList<TaggerFeatures>, long, int, Interval>[])
                [FeatureBootstrap.Fad, FeatureBootstrap.Inception])
            {
                var error = Assert.Throws<ArgumentException>(() => { bootstrap([all], [all, other], 1, 2); });
                Assert.Matches("after\\.(Embeddings|Logits) must be .*is (60|6) in before", error.Message);
            }
        }
    }
}
