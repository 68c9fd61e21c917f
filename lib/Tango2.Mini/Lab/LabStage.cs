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
    Func<LabOptions, IReadOnlyDictionary<string, double>> Test, bool Optional = false)
{
    /// <summary>What training it takes from others. Unfinished work belongs to these very files.</summary>
    public IReadOnlyList<LabProduct> Needs { get; init; } = [];

    /// <summary>What it makes, and its test reads.</summary>
    public IReadOnlyList<LabProduct> Makes { get; init; } = [];

    /// <summary>What its test takes from others.</summary>
    public IReadOnlyList<LabProduct> TestNeeds { get; init; } = [];

    /// <summary>Whether its test measures; if not, it measures while it trains, and only training measures again.</summary>
    public bool TestMeasures { get; init; } = true;
}
