namespace Tango2.Training;

/// <summary>How a training run goes; the objective is not its business.</summary>
public sealed record TrainingOptions
{
    /// <summary>How many updates.</summary>
    public required int Steps { get; init; }

    /// <summary>The learning rate at its peak.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Updates over which the learning rate rises linearly from 0.</summary>
    public int WarmupSteps { get; init; }

    /// <summary>The share of the peak that is left at the end of the linear decay; 1 for none.</summary>
    public double FinalRate { get; init; } = 0.05;

    /// <summary>The gradients' joint norm is clipped to this; 0 does not clip.</summary>
    public double MaxNorm { get; init; } = 1;

    /// <summary>Decoupled weight decay.</summary>
    public double WeightDecay { get; init; } = 1e-2;

    /// <summary>Decay of the moving average of the weights, taken at the end; 0 for none.</summary>
    public double EmaDecay { get; init; }

    /// <summary>First and second moment decays of AdamW.</summary>
    public (double Beta1, double Beta2) Betas { get; init; } = (0.9, 0.999);

    /// <summary>The learning rate of update <paramref name="step"/> (from 0): linear up, then linear down.</summary>
    public double RateAt(int step)
    {
        if (step < WarmupSteps) return LearningRate * (step + 1) / WarmupSteps;
        var left = 1 - (double)(step - WarmupSteps) / Math.Max(1, Steps - WarmupSteps);
        return LearningRate * (FinalRate + (1 - FinalRate) * left);
    }
}
