namespace Tango2.Preferences;

/// <summary>One CLAP model's cosines of both clips of a pair with the original prompt; in [−1, 1].</summary>
/// <param name="Winner">Of the chosen clip.</param>
/// <param name="Loser">Of the rejected clip.</param>
public readonly record struct PairScore(double Winner, double Loser)
{
    /// <summary>winner − loser.</summary>
    public double Delta => Winner - Loser;
}
