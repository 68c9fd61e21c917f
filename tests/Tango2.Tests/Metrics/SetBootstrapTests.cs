using Tango2.Metrics;

namespace Tango2.Tests.Metrics;

public class SetBootstrapTests
{
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

    [Theory]
    [InlineData(true, 3.475, 97.525)]
    [InlineData(false, 3, 98)]
    public void Ends_of_a_hundred_draws_lie_between_draws_or_on_them(bool interpolate, double low, double high)
    {
        double[] draws = [.. Enumerable.Range(1, 100).Reverse()];
        var interval = Interval.OfDraws(50, draws, 0.95, interpolate);
        Assert.Equal((50, low, high), (interval.Estimate, Math.Round(interval.Low, 9), Math.Round(interval.High, 9)));
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
}
