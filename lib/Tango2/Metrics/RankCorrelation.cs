using Tango2.Tensors;

namespace Tango2.Metrics;

/// <summary>Whether two judges put things in the same order.</summary>
public static class RankCorrelation
{
    /// <summary>Spearman's ρ, the correlation of ranks: 1 the same order, 0 none in common, −1 the reverse.</summary>
    /// <remarks>Equal values share the mean of their ranks.</remarks>
    /// <param name="first">One judge's values.</param>
    /// <param name="second">The other's of the same things; at least two.</param>
    /// <exception cref="ArgumentException">
    /// The lists are not as long, one holds a NaN, which has no rank, or one's values are all equal, which have no order.
    /// </exception>
    public static double Spearman(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.Count != second.Count || first.Count < 2)
            throw new ArgumentException(
                $"Both must have as many values, at least two, but have {first.Count} and {second.Count}.");
        CheckOrdered(first, nameof(first));
        CheckOrdered(second, nameof(second));
        var (x, y) = (Ranks(first), Ranks(second));
        var (meanX, meanY) = (x.Average(), y.Average());
        var together = x.Zip(y, (a, b) => (a - meanX) * (b - meanY)).Sum();
        return together / Math.Sqrt(x.Sum(a => (a - meanX) * (a - meanX)) * y.Sum(b => (b - meanY) * (b - meanY)));
    }

    private static void CheckOrdered(IReadOnlyList<double> values, string name)
    {
        for (var i = 0; i < values.Count; i++)
            if (double.IsNaN(values[i])) throw new ArgumentException($"A NaN has no rank, but {name} has one at place {i}.");
        if (values.All(v => v.Equals(values[0])))
            throw new ArgumentException($"Equal values have no order, but all {values.Count} of {name} are "
                + $"{Finite.Show(values[0])}.");
    }

    private static double[] Ranks(IReadOnlyList<double> values) =>
        [.. values.Select(v => values.Count(other => other < v) + 0.5 * (values.Count(other => other.Equals(v)) - 1))];
}
