namespace Tango2.Preferences;

/// <summary>What one CLAP model must say of a pair for it to be kept; all bounds are inclusive cosines.</summary>
/// <param name="Model">The model's name, for messages.</param>
/// <param name="Alpha">Lowest score of the winner.</param>
/// <param name="Beta">Lowest score of the loser, so that it is not too easy to tell.</param>
/// <param name="DeltaMin">Lowest winner − loser.</param>
/// <param name="DeltaMax">Highest winner − loser.</param>
public sealed record ClapThresholds(string Model, double Alpha, double Beta, double DeltaMin, double DeltaMax)
{
    /// <summary>The two models and their bounds in the paper (Tango 2, section 4.1.2).</summary>
    public static IReadOnlyList<ClapThresholds> Paper { get; } =
    [
        new("630k-audioset-best", Alpha: 0.45, Beta: 0.40, DeltaMin: 0.05, DeltaMax: 0.35),
        new("630k-best", Alpha: 0.60, Beta: 0.0, DeltaMin: 0.08, DeltaMax: 0.70),
    ];
}
