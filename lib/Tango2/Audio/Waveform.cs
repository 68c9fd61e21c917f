namespace Tango2.Audio;

/// <summary>One channel of sound.</summary>
/// <param name="Samples">The samples, in [−1, 1].</param>
/// <param name="SampleRate">Samples per second, in Hz; above 0.</param>
/// <exception cref="ArgumentException">The rate is not above 0.</exception>
public sealed record Waveform(float[] Samples, int SampleRate)
{
    /// <summary>The lowest rate that is read and resampled, in Hz.</summary>
    public const int LowestRate = 1000;

    /// <summary>The highest rate that is read and resampled, in Hz.</summary>
    public const int HighestRate = 1_000_000;

    internal const float SilentRange = 2 / 32768f; // one step of 16 bits to either side

    /// <summary>Samples per second, in Hz.</summary>
    public int SampleRate { get; init; } = SampleRate > 0 ? SampleRate : throw new ArgumentException(
        $"The sample rate must be above 0 Hz, but is {SampleRate} Hz.", nameof(SampleRate));

    /// <summary>How many channels the file had that this was made of; 1 if it came from no file.</summary>
    public int FileChannels { get; init; } = 1;

    /// <summary>The duration, in seconds.</summary>
    public double Seconds => (double)Samples.Length / SampleRate;

    /// <summary>Whether nothing is heard: there are samples, and all are the same but for the least step of 16 bits.</summary>
    public bool IsSilent => Samples.Length > 0 && Samples.Max() - Samples.Min() <= SilentRange;

    /// <summary>The samples as a batch of one: [1, N], float32, on the CPU.</summary>
    public Tensor ToTensor()
    {
        using var scope = NewDisposeScope();
        return tensor(Samples, device: CPU).unsqueeze(0).MoveToOuterDisposeScope();
    }

    /// <summary>Takes one waveform out of a tensor.</summary>
    /// <param name="samples">[N] or [1, N], floating point, on any device.</param>
    /// <param name="sampleRate">Hz.</param>
    public static Waveform FromTensor(Tensor samples, int sampleRate)
    {
        if (samples.dim() is not (1 or 2) || (samples.dim() == 2 && samples.shape[0] != 1))
            throw new ArgumentException(
                $"samples must be [N] or [1, N], but is [{string.Join(", ", samples.shape)}].", nameof(samples));
        using var scope = NewDisposeScope();
        return new([.. samples.detach().to(float32).cpu().reshape(-1).data<float>()], sampleRate);
    }
}
