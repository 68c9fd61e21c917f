using Tango2.Tensors;

namespace Tango2.Preferences;

/// <summary>What one CLAP model must say of a pair for it to be kept; all bounds are inclusive cosines.</summary>
/// <param name="Model">The model's name, for messages.</param>
/// <param name="Alpha">Lowest score of the winner, in [−1, 1].</param>
/// <param name="Beta">Lowest score of the loser, in [−1, 1], so that it is not too easy to tell.</param>
/// <param name="DeltaMin">Lowest winner − loser, at most <paramref name="DeltaMax"/>.</param>
/// <param name="DeltaMax">Highest winner − loser.</param>
public sealed record ClapThresholds(string Model, double Alpha, double Beta, double DeltaMin, double DeltaMax)
{
    /// <summary>Decimals to which differences are compared: 0.50 − 0.45 is below 0.05 in binary.</summary>
    internal const int Decimals = 12;

    /// <summary>The two models and their bounds in the paper (Tango 2, section 4.1.2).</summary>
    public static IReadOnlyList<ClapThresholds> Paper { get; } =
    [
        new("630k-audioset-best", Alpha: 0.45, Beta: 0.40, DeltaMin: 0.05, DeltaMax: 0.35),
        new("630k-best", Alpha: 0.60, Beta: 0.0, DeltaMin: 0.08, DeltaMax: 0.70),
    ];

    /// <summary>Refuses bounds that are no cosines, and differences that no pair can have.</summary>
    /// <exception cref="ArgumentException">The message names the model and the bound.</exception>
    internal void Check()
    {
        foreach (var (name, value) in new[] { ("α", Alpha), ("β", Beta) })
            if (value is not (>= -1 and <= 1))
                throw new ArgumentException($"{name} of '{Model}' must be a cosine, in [-1, 1], but is {Finite.Show(value)}.");
        foreach (var (name, value) in new[] { ("Δmin", DeltaMin), ("Δmax", DeltaMax) })
            if (double.IsNaN(value)) throw new ArgumentException($"{name} of '{Model}' must be a number, but is NaN.");
        if (Math.Round(DeltaMin, Decimals) > Math.Round(DeltaMax, Decimals))
            throw new ArgumentException($"Δmin of '{Model}' must not be above its Δmax, but is {Finite.Show(DeltaMin)} "
                + $"and Δmax {Finite.Show(DeltaMax)}: no pair could be kept.");
    }
}
