namespace Tango2.Preferences;

/// <summary>A condition that a pair fails.</summary>
/// <param name="Model">The CLAP model by whose scores it fails.</param>
/// <param name="Condition">Which of the four.</param>
/// <param name="Reason">The numbers, such as "winner 0.41 &lt; 0.45".</param>
public sealed record FilterFailure(string Model, FilterCondition Condition, string Reason);
