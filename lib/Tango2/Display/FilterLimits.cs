namespace Tango2.Display;

/// <summary>The limits of one CLAP model; bounds are inclusive.</summary>
/// <param name="Alpha">Least score of the winner.</param>
/// <param name="Beta">Least score of the loser.</param>
/// <param name="DeltaMin">Least winner − loser.</param>
/// <param name="DeltaMax">Most winner − loser.</param>
public sealed record FilterLimits(double Alpha, double Beta, double DeltaMin, double DeltaMax)
{
    /// <summary>The paper's limits for its first model, 630k-audioset-best (section 4.1.2).</summary>
    public static FilterLimits Paper1 { get; } = new(0.45, 0.40, 0.05, 0.35);

    /// <summary>The paper's limits for its second model, 630k-best (section 4.1.2).</summary>
    public static FilterLimits Paper2 { get; } = new(0.60, 0.0, 0.08, 0.70);

    /// <summary>Whether a pair with these scores passes all four conditions.</summary>
    internal bool Keeps(double winner, double loser) =>
        winner >= Alpha && loser >= Beta && winner > loser && winner - loser >= DeltaMin && winner - loser <= DeltaMax;
}
