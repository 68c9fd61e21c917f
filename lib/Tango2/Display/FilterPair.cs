namespace Tango2.Display;

/// <summary>A candidate pair as the explorer shows it.</summary>
/// <param name="Strategy">How the loser was made: "1.1", "2", ….</param>
/// <param name="Prompt">The caption that both sounds answer.</param>
/// <param name="Winner1">Score of the winner by the first CLAP model, cosine in [−1, 1].</param>
/// <param name="Loser1">Score of the loser by the first CLAP model.</param>
/// <param name="Winner2">Score of the winner by the second CLAP model.</param>
/// <param name="Loser2">Score of the loser by the second CLAP model.</param>
/// <param name="WinnerSound">The winner as a data URI (<see cref="AudioPlayer.DataUri"/>); give it to a few pairs only.</param>
/// <param name="LoserSound">The loser as a data URI.</param>
public sealed record FilterPair(
    string Strategy, string Prompt, double Winner1, double Loser1, double Winner2, double Loser2,
    string? WinnerSound = null, string? LoserSound = null);
