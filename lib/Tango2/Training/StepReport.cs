namespace Tango2.Training;

/// <summary>What one training step did.</summary>
/// <param name="Step">The step's number, from 1.</param>
/// <param name="Steps">How many there will be.</param>
/// <param name="Loss">The batch's loss before the update.</param>
/// <param name="LearningRate">The learning rate used.</param>
/// <param name="GradientNorm">The gradients' joint norm before clipping.</param>
/// <param name="Measures">Other numbers of the objective by name, such as the DPO accuracy.</param>
public sealed record StepReport(
    int Step, int Steps, double Loss, double LearningRate, double GradientNorm,
    IReadOnlyDictionary<string, double> Measures)
{
    /// <summary>Whether an earlier part of the run made the step, and this part took it from the saved state.</summary>
    public bool Restored { get; init; }
}

/// <summary>A batch's loss, with other numbers worth following.</summary>
/// <param name="Loss">Scalar, with gradients.</param>
/// <param name="Measures">Numbers by name; empty for none.</param>
public readonly record struct Objective(Tensor Loss, IReadOnlyDictionary<string, double>? Measures = null);

/// <summary>How far a piece of work is that trains nothing.</summary>
/// <param name="Done">Parts that are done, from 1.</param>
/// <param name="Of">Parts in all.</param>
public readonly record struct Progress(int Done, int Of);
