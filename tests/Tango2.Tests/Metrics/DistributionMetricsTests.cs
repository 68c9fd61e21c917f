using Tango2.Metrics;

namespace Tango2.Tests.Metrics;

public class DistributionMetricsTests
{
    private static void Near(double expected, double actual, double rtol, double atol = 0) =>
        Assert.True(Math.Abs(expected - actual) <= atol + (rtol * Math.Abs(expected)), $"{actual:r}, expected {expected:r}");

    [Fact]
    public void Frechet_distance_is_symmetric_and_grows_with_a_shift()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (randn([64, 16], generator: new Generator(3)), rand([80, 16], generator: new Generator(4)));
        Near(0, FrechetDistance.Between(a, a.flip(0)), 0, atol: 1e-9);
        Near(FrechetDistance.Between(a, b), FrechetDistance.Between(b, a), 1e-9);
        Near(16 * 4, FrechetDistance.Between(a, a + 2), 1e-6); // 16 dimensions, each moved by 2
    }

    [Fact]
    public void Frechet_distance_names_sets_that_are_too_small_or_not_finite()
    {
        using var scope = NewDisposeScope();
        var one = Assert.Throws<ArgumentException>(() => FrechetDistance.Between(zeros(1, 4), zeros(3, 4)));
        Assert.Contains("generated must hold at least 2 rows", one.Message, StringComparison.Ordinal);
        var nan = Assert.Throws<ArgumentException>(() => FrechetDistance.Between(zeros(3, 4), zeros(3, 4) / 0));
        Assert.Contains("reference must be finite", nan.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Inception_score_refuses_fewer_clips_than_splits()
    {
        var error = Assert.Throws<ArgumentException>(() => InceptionScore.Of(zeros(7, 5)));
        Assert.Contains("at least 10 clips, but got 7", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Inception_score_without_a_seed_splits_the_clips_in_their_order()
    {
        using var scope = NewDisposeScope();
        var logits = randn([10, 4], generator: new Generator(1));
        double[] halves = [InceptionScore.Of(logits[..5], splits: 1).Mean, InceptionScore.Of(logits[5..], splits: 1).Mean];
        var score = InceptionScore.Of(logits, splits: 2, seed: null);
        Near(halves.Average(), score.Mean, 1e-12);
        Near(Math.Abs(halves[0] - halves[1]) / 2, score.Deviation, 1e-12);
    }

    [Fact]
    public void Inception_score_of_several_shuffles_is_the_mean_of_their_scores_beginning_with_the_references()
    {
        using var scope = NewDisposeScope();
        var logits = 3 * randn([30, 4], generator: new Generator(1));
        double[] each = [.. Enumerable.Range(0, 3).Select(i => InceptionScore.Of(logits, 5, InceptionScore.ReferenceSeed + i).Mean)];
        Near(each[0], InceptionScore.OfShuffles(logits, 5, shuffles: 1), 1e-12);
        Near(each.Average(), InceptionScore.OfShuffles(logits, 5, shuffles: 3), 1e-12);
        Assert.NotEqual(each[0], each[1]);
    }

    [Fact]
    public void Mersenne_twister_gives_the_published_first_numbers()
    {
        var twister = new MersenneTwister(5489);
        Assert.Equal([3499211612u, 581869302u, 3890346734u], [twister.Next(), twister.Next(), twister.Next()]);
    }

    [Fact]
    public void Clap_scores_are_the_cosines_of_unit_vectors()
    {
        using var scope = NewDisposeScope();
        var text = tensor(new float[,] { { 1, 0 }, { 0, 1 }, { 0.6f, 0.8f } });
        var audio = tensor(new float[,] { { 1, 0 }, { 0, -1 }, { 0.8f, 0.6f } });
        Assert.Equal([1, -1, 0.96], ClapScore.Of(audio, text).Select(v => Math.Round(v, 6)));
        Assert.Empty(ClapScore.Of(zeros(0, 2), zeros(0, 2)));
    }

    [Fact]
    public void Metrics_leave_no_tensors_behind()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (rand(12, 6), rand(12, 6));
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        FrechetDistance.Between(a, b);
        KullbackLeibler.Softmax(a, b);
        InceptionScore.Of(a);
        ClapScore.Of(a, b);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }
}
