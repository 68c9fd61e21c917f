namespace Tango2.Training;

/// <summary>Settings of the preference training.</summary>
public sealed record PreferenceOptions
{
    /// <summary>
    /// The DPO temperature, above 0. The paper's 2000 belongs to an 866 M network; TRAINING.md tells how mini's was found.
    /// </summary>
    public double Beta { get; init; } = 500;

    /// <summary>Peak learning rate; the paper's is 9.6e-7. Above 0.</summary>
    public double LearningRate { get; init; } = 3e-5;

    /// <summary>Pairs in a step; the paper's 32. 1 or more; if there are fewer pairs, a step takes all of them.</summary>
    public int Batch { get; init; } = 32;

    /// <summary>Epochs of plain diffusion training on the winners before; the paper's 1. 0 or more.</summary>
    public int SftEpochs { get; init; } = 1;

    /// <summary>Epochs of DPO; the paper's 4. 0 or more, and one epoch of either kind at least.</summary>
    public int DpoEpochs { get; init; } = 4;

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

    /// <summary>Checks every setting.</summary>
    /// <exception cref="ArgumentException">One is out of its range; the message names it, its range and its value.</exception>
    public void Validate()
    {
        Ranges.Check(Ranges.IsPositive(Beta), nameof(Beta), "above 0 and finite", Beta);
        Ranges.Check(Ranges.IsPositive(LearningRate), nameof(LearningRate), "above 0 and finite", LearningRate);
        Ranges.Check(Batch >= 1, nameof(Batch), "1 or more", Batch);
        Ranges.Check(SftEpochs >= 0, nameof(SftEpochs), "0 or more", SftEpochs);
        Ranges.Check(DpoEpochs >= 0, nameof(DpoEpochs), "0 or more", DpoEpochs);
        Ranges.Check(
            SftEpochs + DpoEpochs >= 1, $"{nameof(SftEpochs)} + {nameof(DpoEpochs)}", "1 or more",
            SftEpochs + DpoEpochs);
    }

    /// <summary>All updates over <paramref name="pairs"/> pairs.</summary>
    public int Steps(int pairs) => (SftEpochs + DpoEpochs) * StepsPerEpoch(pairs);
}
