namespace Tango2.Preferences;

/// <summary>A caption that is somewhat wrong for the original's clip.</summary>
/// <param name="Text">The caption; never the original's.</param>
/// <param name="Strategy">2 or 3.</param>
/// <param name="Kind">What was changed.</param>
public sealed record Perturbation(string Text, Strategy Strategy, PerturbationKind Kind);
