namespace Tango2.Audio;

/// <summary>One channel of sound.</summary>
/// <param name="Samples">The samples, in [−1, 1].</param>
/// <param name="SampleRate">Samples per second, in Hz.</param>
public sealed record Waveform(float[] Samples, int SampleRate)
{
    /// <summary>The duration, in seconds.</summary>
    public double Seconds => (double)Samples.Length / SampleRate;

    /// <summary>The samples as a batch of one: [1, N], float32, on the CPU.</summary>
    public Tensor ToTensor()
    {
        using var scope = NewDisposeScope();
        return tensor(Samples).unsqueeze(0).MoveToOuterDisposeScope();
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
