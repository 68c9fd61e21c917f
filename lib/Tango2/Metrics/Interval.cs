namespace Tango2.Metrics;

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
