using Tango2.Metrics;

namespace Tango2.Tests.Metrics;

public class BootstrapTests
{
    [Fact]
    public void Interval_of_a_mean_has_the_width_of_the_central_limit_theorem()
    {
        var random = new Random(3);
        double[] values = [.. Enumerable.Range(0, 400).Select(_ => random.NextDouble())]; // deviation 1/√12
        var interval = Bootstrap.Mean(values, seed: 1, resamples: 4000);
        Assert.Equal(values.Average(), interval.Estimate, 12);
        Assert.Equal(2 * 1.96 / Math.Sqrt(12 * 400), interval.High - interval.Low, 0.004);
    }

    [Fact]
    public void Same_seed_gives_the_same_interval_and_another_seed_another()
    {
        double[] values = [1, 2, 4, 8, 16, 32.1, 64.2, 128.3];
        Assert.Equal(Bootstrap.Mean(values, seed: 1), Bootstrap.Mean(values, seed: 1));
        Assert.NotEqual(Bootstrap.Mean(values, seed: 1), Bootstrap.Mean(values, seed: 2));
    }

    [Fact]
    public void Paired_difference_sees_what_the_spread_of_items_would_hide()
    {
        double[] first = [.. Enumerable.Range(0, 50).Select(i => (double)i)];
        double[] second = [.. first.Select((v, i) => v + 1 + (0.1 * (i % 2)))];
        var difference = Bootstrap.Difference(first, second, seed: 5);
        Assert.Equal(1.05, difference.Estimate, 9);
        Assert.True(difference.ExcludesZero);
        Assert.InRange(difference.Low, 1.0, 1.05);
        var swapped = Bootstrap.Difference(second, first, seed: 5);
        Assert.Equal(-difference.High, swapped.Low, 9);
    }

    [Fact]
    public void Items_with_more_events_weigh_more()
    {
        var score = new Score([10, 0], [1, 9]);
        Assert.Equal(1, score.Value);
        Assert.Equal([10, 0], score.PerItem);
        Assert.Equal(1, Bootstrap.Of(score, seed: 1).Estimate);
    }

    [Fact]
    public void Wrong_input_is_named()
    {
        Assert.Contains("at least one item", Assert.Throws<ArgumentException>(
            () => Bootstrap.Mean([], seed: 1)).Message, StringComparison.Ordinal);
        Assert.Contains("got 2 and 1", Assert.Throws<ArgumentException>(
            () => Bootstrap.Difference([1.0, 2.0], [1.0], seed: 1)).Message, StringComparison.Ordinal);
        Assert.Contains("between 0 and 1", Assert.Throws<ArgumentOutOfRangeException>(
            () => Bootstrap.Mean([1.0], seed: 1, level: 95)).Message, StringComparison.Ordinal);
        Assert.Contains("got 1 for 2", Assert.Throws<ArgumentException>(
            () => new Score([1, 2], [1])).Message, StringComparison.Ordinal);
    }

    // cases: bootstrap over NaN
    [Fact]
    public void A_bootstrap_over_a_value_that_is_no_number_names_its_item()
    {
        foreach (var make in (Func<Interval>[])
            [() => Bootstrap.Mean([1, 2, double.NaN], seed: 1), () => Bootstrap.Difference([1, 2, 3], [1, 2, double.NaN], seed: 1)])
            Assert.Contains("at item 2 it is NaN", Assert.Throws<ArgumentException>(() => { make(); }).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Draws_of_none_but_items_with_nothing_to_count_are_left_out()
    {
        var score = new Score([3, 0, 0], [1, 0, 0]); // 8 of 27 draws have no item that counts
        Assert.Equal(new Interval(3, 3, 3), Bootstrap.Of(score, seed: 1));
        Assert.Equal(new Interval(1, 1, 1), Bootstrap.Difference(score, new Score([4, 0, 0], [1, 0, 0]), seed: 1));
    }

    [Fact]
    public void A_bootstrap_of_nothing_to_count_says_so() => Assert.Contains("their counts are 0", Assert.Throws<ArgumentException>(
        () => Bootstrap.Of(new Score([0, 0], [0, 0]), seed: 1)).Message, StringComparison.Ordinal);
}
