namespace Tango2.Preferences;

/// <summary>A generated clip with its cosines to the original prompt.</summary>
/// <param name="Clip">Id or path.</param>
/// <param name="Scores">One per CLAP model.</param>
internal sealed record ScoredClip(string Clip, IReadOnlyList<double> Scores);
