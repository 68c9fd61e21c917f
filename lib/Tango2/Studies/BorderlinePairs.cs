using Tango2.Preferences;

namespace Tango2.Studies;

/// <summary>The pairs that a small change of the thresholds would keep or throw out.</summary>
public static class BorderlinePairs
{
    /// <summary>The pairs nearest to the filter's boundary, nearest first.</summary>
    /// <param name="pairs">Candidates with scores.</param>
    /// <param name="models">The thresholds.</param>
    /// <param name="count">How many.</param>
    public static IReadOnlyList<PreferencePair> Nearest(
        IEnumerable<PreferencePair> pairs, IReadOnlyList<ClapThresholds> models, int count) =>
        [.. pairs.OrderBy(pair => Math.Abs(Margin(pair, models))).Take(count)];

    /// <summary>
    /// min over models of min(w − α, l − β, Δ − Δmin, Δmax − Δ): how much room the tightest bound leaves; below 0 it is
    /// violated by that much. In cosines.
    /// </summary>
    public static double Margin(PreferencePair pair, IReadOnlyList<ClapThresholds> models)
    {
        ArgumentNullException.ThrowIfNull(pair);
        return models.Zip(pair.Scores, (m, s) => Math.Min(
            Math.Min(s.Winner - m.Alpha, s.Loser - m.Beta), Math.Min(s.Delta - m.DeltaMin, m.DeltaMax - s.Delta))).Min();
    }
}
