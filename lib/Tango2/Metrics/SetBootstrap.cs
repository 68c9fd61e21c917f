using Tango2.Tensors;

namespace Tango2.Metrics;

/// <summary>Bootstrap of metrics that exist for a whole set of clips only: each draw computes the metric anew.</summary>
/// <remarks>
/// A draw repeats some clips and lacks others, so it has fewer distinct clips than the set. That raises every Fréchet
/// distance and lowers every Inception Score; in the paired difference of two models most of it cancels, in the value
/// of one model it would not. Hence there is a difference here and no interval of a single value.
/// </remarks>
public static class SetBootstrap
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
        Array.Sort(draws);
        return new(estimate, draws[(int)(0.025 * resamples)], draws[(int)Math.Ceiling(0.975 * resamples) - 1]);

        double Change(long[] places, string over)
        {
            using var scope = NewDisposeScope();
            using var items = tensor(places);
            var (second, first) = (after(items), before(items));
            return double.IsFinite(second) && double.IsFinite(first) ? second - first : throw new ArgumentException(
                $"The metric must be finite over {over}, but is {Finite.Show(first)} before and {Finite.Show(second)} after.");
        }
    }
}
