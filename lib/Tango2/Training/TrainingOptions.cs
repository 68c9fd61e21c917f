namespace Tango2.Training;

/// <summary>How a training run goes; the objective is not its business.</summary>
public sealed record TrainingOptions
{
    /// <summary>How many updates; 1 or more.</summary>
    public required int Steps { get; init; }

    /// <summary>The learning rate at its peak; above 0.</summary>
    public required double LearningRate { get; init; }

    /// <summary>How the learning rate rises and falls.</summary>
    public RateSchedule Schedule { get; init; }

    /// <summary>Updates over which the learning rate rises; 0 or more.</summary>
    public int WarmupSteps { get; init; }

    /// <summary>The share of the peak that a decay to a share leaves at the end, in [0, 1]; 1 for none.</summary>
    public double FinalRate { get; init; } = 0.05;

    /// <summary>The gradients' joint norm is clipped to this; 0 does not clip, below 0 is refused.</summary>
    public double MaxNorm { get; init; } = 1;

    /// <summary>Decoupled weight decay; 0 or more.</summary>
    public double WeightDecay { get; init; } = 1e-2;

    /// <summary>Decay of the moving average of the weights, taken at the end, in [0, 1); 0 for none.</summary>
    public double EmaDecay { get; init; }

    /// <summary>First and second moment decays of AdamW, each in [0, 1).</summary>
    public (double Beta1, double Beta2) Betas { get; init; } = (0.9, 0.999);

    /// <summary>Checks every setting.</summary>
    /// <exception cref="ArgumentException">One is out of its range; the message names it, its range and its value.</exception>
    public void Validate()
    {
        Ranges.Check(Steps >= 1, nameof(Steps), "1 or more", Steps);
        Ranges.Check(Ranges.IsPositive(LearningRate), nameof(LearningRate), "above 0 and finite", LearningRate);
        Ranges.Check(WarmupSteps >= 0, nameof(WarmupSteps), "0 or more", WarmupSteps);
        Ranges.Check(FinalRate is >= 0 and <= 1, nameof(FinalRate), "in [0, 1]", FinalRate);
        Ranges.Check(Ranges.IsNotNegative(MaxNorm), nameof(MaxNorm), "0 or more and finite", MaxNorm);
        Ranges.Check(Ranges.IsNotNegative(WeightDecay), nameof(WeightDecay), "0 or more and finite", WeightDecay);
        Ranges.Check(Ranges.IsDecay(EmaDecay), nameof(EmaDecay), "in [0, 1)", EmaDecay);
        Ranges.Check(Ranges.IsDecay(Betas.Beta1), "Betas.Beta1", "in [0, 1)", Betas.Beta1);
        Ranges.Check(Ranges.IsDecay(Betas.Beta2), "Betas.Beta2", "in [0, 1)", Betas.Beta2);
    }
}
