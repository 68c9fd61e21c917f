namespace Tango2.Studies;

/// <summary>One step of a training run.</summary>
/// <param name="Step">From 1.</param>
/// <param name="Loss">Of the batch, before the update.</param>
/// <param name="Measures">Other numbers by name, such as the DPO accuracy.</param>
public sealed record TrainingPoint(int Step, double Loss, IReadOnlyDictionary<string, double> Measures);
