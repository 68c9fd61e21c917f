using Tango2.Training;

namespace Tango2.Lab;

/// <summary>One stage of making the mini models.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Purpose">What it makes, in a line.</param>
/// <param name="Train">Trains, saves the weights, and yields a report after every step.</param>
/// <param name="Test">Measures on test data what the stage reached; names tell the units.</param>
/// <param name="Optional">Whether it runs only when it is named.</param>
public sealed record LabStage(
    string Name, string Purpose, Func<LabOptions, IEnumerable<StepReport>> Train,
    Func<LabOptions, IReadOnlyDictionary<string, double>> Test, bool Optional = false);
