namespace Tango2.Preferences;

/// <summary>A row of Audio-alpaca: the four columns of the published data.</summary>
/// <param name="Prompt">The original prompt.</param>
/// <param name="Chosen">The winner's WAV file, whole.</param>
/// <param name="Rejected">The loser's WAV file, whole.</param>
/// <param name="Strategy">As the file spells it.</param>
public sealed record AlpacaRow(string Prompt, byte[] Chosen, byte[] Rejected, string Strategy);
