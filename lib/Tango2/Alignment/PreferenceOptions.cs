using Tango2.Training;

namespace Tango2.Alignment;

/// <summary>Settings of the preference training; those that are not set are the paper's.</summary>
public sealed record PreferenceOptions
{
    /// <summary>The paper's settings, which belong to a network of 866 M parameters.</summary>
    public static PreferenceOptions Paper { get; } = new();

    /// <summary>What the epochs after the winners' learn by.</summary>
    public PreferenceObjective Objective { get; init; } = new PaperDpo();

    /// <summary>The DPO temperature, above 0; of objectives that have one.</summary>
    public double Beta { get; init; } = 2000;

    /// <summary>Peak learning rate, above 0.</summary>
    public double LearningRate { get; init; } = 9.6e-7;

    /// <summary>Pairs in a step, 1 or more; if there are fewer pairs, a step takes all of them.</summary>
    public int Batch { get; init; } = 32;

    /// <summary>Epochs of plain diffusion training on the winners before; 0 or more.</summary>
    public int SftEpochs { get; init; } = 1;

    /// <summary>Epochs of the objective; 0 or more, and one epoch of either kind at least.</summary>
    public int DpoEpochs { get; init; } = 4;

    /// <summary>
    /// The first timestep that the objective draws, 0 or more and below the schedule's T; 0, as in the paper, draws all. Early ones
    /// hold the detail of a sound, late ones what happens in it.
    /// </summary>
    public int FirstTimestep { get; init; }

    /// <summary>γ of the Min-SNR weights of the epochs on winners, above 0; null weighs all timesteps alike, as the paper does.</summary>
    public double? SnrGamma { get; init; }

    /// <summary>How the learning rate rises and falls.</summary>
    public RateSchedule Schedule { get; init; } = RateSchedule.Linear;

    /// <summary>
    /// The share of an epoch over which the learning rate rises, in [0, 1]; the published command has 200 updates of 470.
    /// </summary>
    public double WarmupEpochs { get; init; } = 200.0 / 470;

    /// <summary>The share of the peak that is left at the end of a decay to a share, in [0, 1].</summary>
    public double FinalRate { get; init; }

    /// <summary>The gradients' joint norm is clipped to this; 0 does not clip, as in the paper's code.</summary>
    public double MaxNorm { get; init; }

    /// <summary>Decay of the moving average of the weights, taken at the end, in [0, 1); 0, as in the paper's code, for none.</summary>
    public double EmaDecay { get; init; }

    /// <summary>Everything random follows from it.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>
    /// Updates in an epoch of <paramref name="pairs"/> pairs. A last, smaller batch is left out; but fewer pairs than a
    /// batch make one update, with all of them.
    /// </summary>
    /// <exception cref="ArgumentException">The batch is below 1.</exception>
    public int StepsPerEpoch(int pairs)
    {
        Ranges.Check(Batch >= 1, nameof(Batch), "1 or more", Batch);
        return Math.Max(1, pairs / Batch);
    }

    /// <summary>All updates over <paramref name="pairs"/> pairs.</summary>
    public int Steps(int pairs) => (SftEpochs + DpoEpochs) * StepsPerEpoch(pairs);

    /// <summary>Checks every setting.</summary>
    /// <exception cref="ArgumentException">One is out of its range; the message names it, its range and its value.</exception>
    public void Validate()
    {
        Objective.Validate();
        Ranges.Check(Ranges.IsPositive(Beta), nameof(Beta), "above 0 and finite", Beta);
        Ranges.Check(Ranges.IsPositive(LearningRate), nameof(LearningRate), "above 0 and finite", LearningRate);
        Ranges.Check(Batch >= 1, nameof(Batch), "1 or more", Batch);
        Ranges.Check(SftEpochs >= 0, nameof(SftEpochs), "0 or more", SftEpochs);
        Ranges.Check(DpoEpochs >= 0, nameof(DpoEpochs), "0 or more", DpoEpochs);
        Ranges.Check(
            SftEpochs + DpoEpochs >= 1, $"{nameof(SftEpochs)} + {nameof(DpoEpochs)}", "1 or more",
            SftEpochs + DpoEpochs);
        Ranges.Check(FirstTimestep >= 0, nameof(FirstTimestep), "0 or more", FirstTimestep);
        if (SnrGamma is { } gamma) Ranges.Check(Ranges.IsPositive(gamma), nameof(SnrGamma), "above 0 and finite", gamma);
        if (!Enum.IsDefined(Schedule)) throw new ArgumentException($"{nameof(Schedule)} must be one of {nameof(RateSchedule)}.");
        Ranges.Check(WarmupEpochs is >= 0 and <= 1, nameof(WarmupEpochs), "in [0, 1]", WarmupEpochs);
        Ranges.Check(FinalRate is >= 0 and <= 1, nameof(FinalRate), "in [0, 1]", FinalRate);
        Ranges.Check(Ranges.IsNotNegative(MaxNorm), nameof(MaxNorm), "0 or more and finite", MaxNorm);
        Ranges.Check(Ranges.IsDecay(EmaDecay), nameof(EmaDecay), "in [0, 1)", EmaDecay);
    }

    /// <summary>The loop's settings for <paramref name="pairs"/> pairs.</summary>
    internal TrainingOptions Training(int pairs) => new()
    {
        Steps = Steps(pairs),
        LearningRate = LearningRate,
        WarmupSteps = (int)(WarmupEpochs * StepsPerEpoch(pairs) + 1e-9), // a whole number of updates may come out just below
        Schedule = Schedule,
        FinalRate = FinalRate,
        MaxNorm = MaxNorm,
        EmaDecay = EmaDecay,
    };
}
