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
        return Interval.OfDraws(estimate, draws, level, interpolate: true);
    }
}

/// <summary>Bootstrap of metrics that exist for a whole set of clips only: each draw computes the metric anew.</summary>
/// <remarks>
/// A draw repeats some clips and lacks others, so it has fewer distinct clips than the set. That raises every Fréchet
/// distance and lowers every Inception Score; in the paired difference of two models most of it cancels, in the value
/// of one model it would not. Hence there is a difference here and no interval of a single value.
/// </remarks>
internal static class SetBootstrap
{
    /// <summary>A metric of the clips at these places, of which some occur more than once.</summary>
    /// <param name="items">[B], int64.</param>
    public delegate double SetMetric(Tensor items);

    /// <summary>Splits of the Inception Score: the paper's ten, or one where there are fewer than 20 clips.</summary>
    public static int Splits(long clips) => clips < 20 ? 1 : 10;

    /// <summary>after − before over the whole set, with the middle 95 % of the draws.</summary>
    /// <param name="count">Clips in the set.</param>
    /// <param name="before">The metric of one model.</param>
    /// <param name="after">The metric of the other.</param>
    /// <param name="seed">Of the draws.</param>
    /// <param name="resamples">How many draws, at least 1.</param>
    /// <exception cref="ArgumentException">A metric has no value over the set or over a draw; the message tells which.</exception>
    public static Interval Difference(long count, SetMetric before, SetMetric after, long seed, int resamples = 100)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(resamples, 1);
        var random = Seeds.Random(seed, "set bootstrap");
        var estimate = Change([.. Enumerable.Range(0, (int)count).Select(i => (long)i)], "the whole set");
        var draws = new double[resamples];
        for (var draw = 0; draw < resamples; draw++)
            draws[draw] = Change([.. Enumerable.Range(0, (int)count).Select(_ => random.NextInt64(count))], $"draw {draw}");
        return Interval.OfDraws(estimate, draws, level: 0.95, interpolate: false);

        double Change(long[] places, string over)
        {
            using var scope = NewDisposeScope();
            using var items = tensor(places, device: CPU);
            var (second, first) = (after(items), before(items));
            return double.IsFinite(second) && double.IsFinite(first) ? second - first : throw new ArgumentException(
                $"The metric must be finite over {over}, but is {Finite.Show(first)} before and {Finite.Show(second)} after.");
        }
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
    public override string ToString() => $"{Rounded(Estimate):0.###} [{Rounded(Low):0.###}, {Rounded(High):0.###}]";

    // Without the sign of what rounds to zero from below.
    private static double Rounded(double value) => Math.Round(value, 3, MidpointRounding.AwayFromZero) + 0.0;

    /// <summary>An estimate with the middle part of its draws.</summary>
    /// <remarks>
    /// Both rules for the ends stay, since results of both are published: of a whole set's 100 draws, the ends that are
    /// draws themselves lie further out than the interpolated ones.
    /// </remarks>
    /// <param name="estimate">Over all items.</param>
    /// <param name="draws">At least one, in any order; they are sorted in place.</param>
    /// <param name="level">Share of the draws within the interval, in (0, 1).</param>
    /// <param name="interpolate">
    /// Whether an end lies linearly between the two draws nearest to it, rather than on the outer of them.
    /// </param>
    internal static Interval OfDraws(double estimate, double[] draws, double level, bool interpolate)
    {
        Array.Sort(draws);
        var (low, high) = ((1 - level) / 2, (1 + level) / 2);
        return interpolate
            ? new(estimate, Between(draws, low), Between(draws, high))
            : new(estimate, draws[(int)(low * draws.Length)], draws[(int)Math.Ceiling(high * draws.Length) - 1]);
    }

    private static double Between(double[] sorted, double share)
    {
        var place = share * (sorted.Length - 1);
        var (below, above) = ((int)Math.Floor(place), (int)Math.Ceiling(place));
        return sorted[below] + ((place - below) * (sorted[above] - sorted[below]));
    }
}
