namespace Tango2.Preferences;

/// <summary>A prompt with a clip that fits it and one that fits it less.</summary>
/// <param name="Prompt">The original prompt, also where the rejected clip was made from a perturbed one.</param>
/// <param name="Chosen">Id or path of the winner's clip.</param>
/// <param name="Rejected">Id or path of the loser's clip.</param>
/// <param name="Strategy">How the loser came about.</param>
/// <param name="Scores">One per CLAP model, in the filter's order; may be empty in finished data.</param>
public sealed record PreferencePair(
    string Prompt, string Chosen, string Rejected, Strategy Strategy, IReadOnlyList<PairScore> Scores);

/// <summary>One CLAP model's cosines of both clips of a pair with the original prompt; in [−1, 1].</summary>
/// <param name="Winner">Of the chosen clip.</param>
/// <param name="Loser">Of the rejected clip.</param>
public readonly record struct PairScore(double Winner, double Loser)
{
    /// <summary>winner − loser.</summary>
    public double Delta => Winner - Loser;
}
