namespace Tango2.Preferences;

/// <summary>A prompt with a clip that fits it and one that fits it less.</summary>
/// <remarks>Files call the two chosen and rejected; their readers and writers translate.</remarks>
/// <param name="Prompt">The original prompt, also where the loser was made from a perturbed one.</param>
/// <param name="Winner">Id or path of the clip that fits better.</param>
/// <param name="Loser">Id or path of the clip that fits less.</param>
/// <param name="Strategy">How the loser came about.</param>
/// <param name="Scores">One per CLAP model, in the filter's order; may be empty in finished data.</param>
public sealed record PreferencePair(
    string Prompt, string Winner, string Loser, Strategy Strategy, IReadOnlyList<PairScore> Scores);

/// <summary>One CLAP model's cosines of both clips of a pair with the original prompt; in [−1, 1].</summary>
/// <param name="Winner">Of the winner.</param>
/// <param name="Loser">Of the loser.</param>
public readonly record struct PairScore(double Winner, double Loser)
{
    /// <summary>winner − loser.</summary>
    public double Delta => Winner - Loser;
}

/// <summary>A generated clip with its cosines to the original prompt.</summary>
/// <param name="Clip">Id or path.</param>
/// <param name="Scores">One per CLAP model.</param>
internal sealed record ScoredClip(string Clip, IReadOnlyList<double> Scores);
