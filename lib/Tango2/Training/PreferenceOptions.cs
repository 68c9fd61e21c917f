namespace Tango2.Training;

/// <summary>Settings of the preference training.</summary>
public sealed record PreferenceOptions
{
    /// <summary>The DPO temperature. The paper's 2000 belongs to an 866 M network; TRAINING.md tells how mini's was found.</summary>
    public double Beta { get; init; } = 500;

    /// <summary>Peak learning rate; the paper's is 9.6e-7.</summary>
    public double LearningRate { get; init; } = 3e-5;

    /// <summary>Pairs in a step; the paper's 32.</summary>
    public int Batch { get; init; } = 32;

    /// <summary>Epochs of plain diffusion training on the winners before; the paper's 1.</summary>
    public int SftEpochs { get; init; } = 1;

    /// <summary>Epochs of DPO; the paper's 4.</summary>
    public int DpoEpochs { get; init; } = 4;

    /// <summary>Everything random follows from it.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Updates in an epoch of <paramref name="pairs"/> pairs; a last, smaller batch is left out.</summary>
    public int StepsPerEpoch(int pairs) => Math.Max(1, pairs / Batch);

    /// <summary>All updates over <paramref name="pairs"/> pairs.</summary>
    public int Steps(int pairs) => (SftEpochs + DpoEpochs) * StepsPerEpoch(pairs);
}
