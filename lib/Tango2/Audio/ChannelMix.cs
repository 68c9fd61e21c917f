using Tango2.Files;

namespace Tango2.Audio;

/// <summary>How one channel is made of several.</summary>
public enum ChannelMix
{
    /// <summary>The first channel; the others are dropped, as the paper's code does for its training audio.</summary>
    First,

    /// <summary>The mean of all channels.</summary>
    Mean,
}

/// <summary>Decodes the next samples, channels in turn; 0 at the end.</summary>
internal delegate int SampleReader(Span<float> buffer);

/// <summary>What all decoders end in: one channel out of the decoded ones, checked and told of.</summary>
/// <param name="Name">What messages call the file.</param>
/// <param name="Mix">How one channel is made of several.</param>
internal sealed record ChannelMixer(string Name, ChannelMix Mix)
{
    private const int BlockFrames = 4096;

    /// <summary>Whether nothing is said of silence and of scales, since the caller tells it himself.</summary>
    public bool Quiet { get; init; }

    /// <summary>What is made of each sample of each channel before they are mixed; null changes nothing.</summary>
    public Func<float, float>? Each { get; init; }

    // Scales of whole numbers that float samples are found on when they were not divided.
    private static readonly (double Peak, int Bits)[] Scales = [(32768, 16), (8388608, 24), (2147483648, 32)];

    /// <summary>Refuses rates that cannot be resampled.</summary>
    public void CheckRate(long rate)
    {
        if (rate is < Waveform.LowestRate or > Waveform.HighestRate)
            throw Bad($"its sample rate is {rate} Hz, expected {Waveform.LowestRate} to {Waveform.HighestRate} Hz");
    }

    /// <summary>Reads to the end, by whole frames, in memory that follows the one channel.</summary>
    /// <param name="read">The decoder.</param>
    /// <param name="channels">How many channels it gives.</param>
    /// <param name="rate">Hz.</param>
    /// <param name="frames">How many frames there are, if that is sure, so that room is made once; or 0.</param>
    /// <param name="loudest">
    /// The peak that needs no word: 1, or more where a lossy decoder may overshoot what was encoded.
    /// </param>
    public Waveform Read(SampleReader read, int channels, int rate, long frames, double loudest)
    {
        CheckRate(rate);
        if (channels < 1) throw Bad("it has no channel");
        var (block, ranges) = (new float[BlockFrames * channels], new Extent[channels]);
        var (samples, count) = (new float[Math.Clamp(frames, 0, Array.MaxLength)], 0);
        Array.Fill(ranges, new(float.PositiveInfinity, float.NegativeInfinity));
        for (int got; (got = Fill(read, block) / channels) > 0; count += got)
        {
            if (count + got > samples.Length)
                Array.Resize(ref samples, (int)Math.Min(Array.MaxLength, Math.Max(2L * samples.Length, (long)count + got)));
            for (var i = 0; i < got; i++)
            {
                var frame = block.AsSpan(i * channels, channels);
                if (Each is not null)
                    for (var c = 0; c < channels; c++) frame[c] = Each(frame[c]);
                for (var c = 0; c < channels; c++)
                    ranges[c] = new(MathF.Min(ranges[c].Least, frame[c]), MathF.Max(ranges[c].Most, frame[c]));
                var sample = Mix == ChannelMix.First ? frame[0] : Mean(frame);
                if (!float.IsFinite(sample)) throw Bad($"sample {count + i} is {sample}, expected a finite number");
                samples[count + i] = sample;
            }
        }
        if (count < samples.Length) Array.Resize(ref samples, count);
        var waveform = new Waveform(samples, rate) { FileChannels = channels };
        if (Quiet) return waveform;
        if (waveform.IsSilent) WarnOfSilence(ranges);
        WarnOfScale(samples, loudest);
        return waveform;
    }

    /// <summary>An error that names the file.</summary>
    public InvalidDataException Bad(string what) => Wav.Bad(Name, what);

    private static int Fill(SampleReader read, Span<float> block)
    {
        var count = 0;
        for (int got; count < block.Length && (got = read(block[count..])) > 0;) count += got;
        return count;
    }

    private static float Mean(ReadOnlySpan<float> frame)
    {
        var sum = 0.0;
        foreach (var sample in frame) sum += sample;
        return (float)(sum / frame.Length);
    }

    private void WarnOfSilence(Extent[] ranges)
    {
        var heard = Array.FindIndex(ranges, range => range.Most - range.Least > Waveform.SilentRange);
        Warnings.Give(heard < 0 ? $"{Name} is silent."
            : Mix == ChannelMix.Mean
                ? $"{Name}: the mean of its {ranges.Length} channels is silent; channel {heard + 1} is not: they cancel out."
            : $"{Name}: of its {ranges.Length} channels only the first is read, and that is silent; channel {heard + 1} is not: " +
                "put the sound into the first, or ask for the mean of the channels.");
    }

    private void WarnOfScale(float[] samples, double loudest)
    {
        var peak = samples.Length == 0 ? 0 : samples.Max(MathF.Abs);
        if (peak <= loudest) return;
        var scale = Array.Find(Scales, s => peak > s.Peak / 128 && peak <= s.Peak);
        var advice = scale.Bits == 0
            ? "what is beyond will be clipped where 16 bits are made of it."
            : $"they seem to be on the scale of {scale.Bits} bits and will be clipped; divide them by {scale.Peak:0}.";
        Warnings.Give(FormattableString.Invariant(
            $"{Name}: its float samples reach {peak:0.###}, but full scale is 1: {advice}"));
    }

    private readonly record struct Extent(float Least, float Most);
}
