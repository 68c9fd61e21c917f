using Tango2.Tensors;

namespace Tango2.Metrics;

/// <summary>Percentile bootstrap: items are drawn with replacement, and the metric's middle part of the draws is the interval.</summary>
/// <remarks>A draw of none but items with nothing to count has no value and is left out.</remarks>
public static class Bootstrap
{
    /// <summary>A metric's value with its interval.</summary>
    /// <param name="score">The metric, item by item; at least one item.</param>
    /// <param name="seed">Of the draws.</param>
    /// <param name="resamples">How many draws.</param>
    /// <param name="level">Share of the draws within the interval, in (0, 1).</param>
    public static Interval Of(Score score, long seed, int resamples = 2000, double level = 0.95) =>
        Percentiles(score.Counts.Count, score.Over, seed, resamples, level);

    /// <summary>The mean of one value per item, with its interval.</summary>
    /// <inheritdoc cref="Of"/>
    public static Interval Mean(IReadOnlyList<double> values, long seed, int resamples = 2000, double level = 0.95) =>
        Of(Score.Mean(values), seed, resamples, level);

    /// <summary>second − first over the same items: each draw takes the same items from both.</summary>
    /// <param name="first">The metric of one system, item by item.</param>
    /// <param name="second">Of the other, on the same items in the same order.</param>
    /// <param name="seed">Of the draws.</param>
    /// <param name="resamples">How many draws.</param>
    /// <param name="level">Share of the draws within the interval, in (0, 1).</param>
    public static Interval Difference(
        Score first, Score second, long seed, int resamples = 2000, double level = 0.95)
    {
        if (first.Counts.Count != second.Counts.Count)
            throw new ArgumentException(
                $"A paired difference needs the same items in both, but got {first.Counts.Count} and {second.Counts.Count}.");
        return Percentiles(
            first.Counts.Count, items => second.Over(items) - first.Over(items), seed, resamples, level);
    }

    /// <summary>The mean of second − first, with its interval.</summary>
    /// <inheritdoc cref="Difference(Score, Score, long, int, double)"/>
    public static Interval Difference(
        IReadOnlyList<double> first, IReadOnlyList<double> second, long seed, int resamples = 2000, double level = 0.95) =>
        Difference(Score.Mean(first), Score.Mean(second), seed, resamples, level);

    private delegate double Statistic(ReadOnlySpan<int> items);

    private static Interval Percentiles(int count, Statistic statistic, long seed, int resamples, double level)
    {
        if (count == 0) throw new ArgumentException("A bootstrap needs at least one item, but got none.");
        ArgumentOutOfRangeException.ThrowIfLessThan(resamples, 1);
        if (level is not (> 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(level), level, "The level must lie between 0 and 1, such as 0.95.");
        var random = Seeds.Random(seed, "bootstrap");
        int[] items = [.. Enumerable.Range(0, count)];
        var estimate = statistic(items);
        if (!double.IsFinite(estimate))
            throw new ArgumentException($"A bootstrap needs something to count, but over all {count} items the value is "
                + $"{Finite.Show(estimate)}: their counts are 0.");
        var draws = new double[resamples];
        for (var draw = 0; draw < resamples; draw++)
        {
            for (var i = 0; i < count; i++) items[i] = random.Next(count);
            draws[draw] = statistic(items);
        }
        draws = [.. draws.Where(double.IsFinite)];
        if (draws.Length == 0) throw new ArgumentException($"None of {resamples} draws has an item with something to count.");
        Array.Sort(draws);
        return new(estimate, Percentile(draws, (1 - level) / 2), Percentile(draws, (1 + level) / 2));
    }

    // Linear between the two nearest of the sorted values.
    private static double Percentile(double[] sorted, double share)
    {
        var place = share * (sorted.Length - 1);
        var (below, above) = ((int)Math.Floor(place), (int)Math.Ceiling(place));
        return sorted[below] + ((place - below) * (sorted[above] - sorted[below]));
    }
}

/// <summary>An estimate with the interval that holds it.</summary>
/// <param name="Estimate">Over all items.</param>
/// <param name="Low">Lower end, by default the 2.5th percentile of the resamples.</param>
/// <param name="High">Upper end, by default the 97.5th percentile.</param>
public sealed record Interval(double Estimate, double Low, double High)
{
    /// <summary>Whether the interval lies on one side of zero.</summary>
    public bool ExcludesZero => Low > 0 || High < 0;

    /// <inheritdoc/>
    public override string ToString() => $"{Estimate:0.###} [{Low:0.###}, {High:0.###}]";
}
