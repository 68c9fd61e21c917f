namespace Tango2.Studies;

/// <summary>Whether two judges put things in the same order.</summary>
public static class RankCorrelation
{
    /// <summary>Spearman's ρ, the correlation of ranks: 1 the same order, 0 none in common, −1 the reverse.</summary>
    /// <remarks>Equal values share the mean of their ranks.</remarks>
    /// <param name="first">One judge's values.</param>
    /// <param name="second">The other's of the same things; at least two.</param>
    public static double Spearman(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.Count != second.Count || first.Count < 2)
            throw new ArgumentException(
                $"Both must have as many values, at least two, but have {first.Count} and {second.Count}.");
        var (x, y) = (Ranks(first), Ranks(second));
        var (meanX, meanY) = (x.Average(), y.Average());
        var together = x.Zip(y, (a, b) => (a - meanX) * (b - meanY)).Sum();
        return together / Math.Sqrt(x.Sum(a => (a - meanX) * (a - meanX)) * y.Sum(b => (b - meanY) * (b - meanY)));
    }

    private static double[] Ranks(IReadOnlyList<double> values) =>
        [.. values.Select(v => values.Count(other => other < v) + 0.5 * (values.Count(other => other.Equals(v)) - 1))];
}
