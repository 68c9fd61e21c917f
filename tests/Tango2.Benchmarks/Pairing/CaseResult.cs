namespace Tango2.Benchmarks.Pairing;

/// <summary>What a paired run measured of one case.</summary>
/// <param name="What">The operation and its sizes.</param>
/// <param name="Rounds">How often both sides took turns.</param>
/// <param name="Ours">Median of our steps, ms.</param>
/// <param name="Python">Median of Python's steps, ms; null where Python did not take part.</param>
/// <param name="Ratio">Median over the rounds of Python's time over ours; above 1 where ours is faster.</param>
/// <param name="Lowest">The lowest round's ratio.</param>
/// <param name="Highest">The highest round's ratio.</param>
/// <param name="Variants">Median of each variant of our step, ms.</param>
internal sealed record CaseResult(
    string What, int Rounds, double Ours, double? Python, double? Ratio, double? Lowest, double? Highest,
    IReadOnlyDictionary<string, double> Variants)
{
    /// <summary>Sums up the turns of a case.</summary>
    /// <param name="what">The operation and its sizes.</param>
    /// <param name="ours">Milliseconds, by round.</param>
    /// <param name="python">Milliseconds, by round; null where Python did not take part.</param>
    /// <param name="variants">Milliseconds of each variant, over all rounds.</param>
    public static CaseResult Of(
        string what, IReadOnlyList<double[]> ours, IReadOnlyList<double[]>? python,
        IReadOnlyDictionary<string, List<double>> variants)
    {
        var ratios = python is null ? null : Timings.Ratios(ours, python);
        return new(
            what, ours.Count, Timings.Median(ours.SelectMany(t => t)),
            python is null ? null : Timings.Median(python.SelectMany(t => t)),
            ratios is null ? null : Timings.Median(ratios), ratios?.Min(), ratios?.Max(),
            variants.ToDictionary(v => v.Key, v => Timings.Median(v.Value)));
    }
}
