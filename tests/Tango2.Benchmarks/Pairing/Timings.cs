namespace Tango2.Benchmarks.Pairing;

/// <summary>The arithmetic of a paired run.</summary>
internal static class Timings
{
    /// <summary>The middle of the values, or the mean of the two in the middle.</summary>
    /// <exception cref="ArgumentException">There are no values.</exception>
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        if (sorted.Length == 0) throw new ArgumentException("A median needs at least one value.", nameof(values));
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>How many times faster ours is, round by round: Python's median over ours, of one turn each.</summary>
    /// <param name="ours">Milliseconds, by round.</param>
    /// <param name="python">Milliseconds, by round; as many rounds.</param>
    public static double[] Ratios(IReadOnlyList<double[]> ours, IReadOnlyList<double[]> python)
    {
        if (ours.Count != python.Count)
            throw new ArgumentException($"Both sides need the same rounds, but have {ours.Count} and {python.Count}.");
        return [.. ours.Zip(python, (a, b) => Median(b) / Median(a))];
    }

    /// <summary>Steps of a turn: as many as fit, from 1 to 100.</summary>
    /// <param name="milliseconds">Of one step.</param>
    /// <param name="seconds">Of a turn.</param>
    public static int Steps(double milliseconds, double seconds) =>
        (int)Math.Clamp(seconds * 1000 / Math.Max(milliseconds, 1e-3), 1, 100);
}
