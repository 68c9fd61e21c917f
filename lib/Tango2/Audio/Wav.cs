using System.Buffers.Binary;
using Tango2.Files;

namespace Tango2.Audio;

/// <summary>Reads WAV files of the usual kinds, and writes 16-bit PCM.</summary>
public static class Wav
{
    private const int Pcm = 1, Float = 3, Extensible = 0xFFFE;

    // Scales of whole numbers that float samples are found on when they were not divided.
    private static readonly (double Peak, int Bits)[] Scales = [(32768, 16), (8388608, 24), (2147483648, 32)];

    /// <summary>Reads the first channel of a file: PCM of 8, 16, 24 or 32 bits, or float of 32 or 64 bits.</summary>
    /// <remarks>
    /// RIFF, RF64 and BW64 are read, also without a size, as they are written to pipes: then to the end of the file.
    /// Further channels are dropped, not mixed in, as the paper's code does for its training audio. Warns of silence, of
    /// a silent first channel beside one that sounds, and of float samples beyond [−1, 1], which stay as they are.
    /// </remarks>
    /// <exception cref="InvalidDataException">
    /// The file is no such WAV file, is cut off, holds NaN or infinity, or its rate is not one that can be resampled.
    /// </exception>
    public static Waveform Read(string path)
    {
        if (new FileInfo(path) is { Exists: true } file && file.Length > Array.MaxLength)
            throw Bad(path, $"it has {file.Length} bytes, expected at most {Array.MaxLength}: cut it into parts");
        return Decode(File.ReadAllBytes(path), path);
    }

    /// <summary>Reads the first channel of a file held in memory.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">What messages call it.</param>
    /// <inheritdoc cref="Read" path="/exception"/>
    public static Waveform Decode(ReadOnlySpan<byte> bytes, string name = "WAV data")
    {
        var chunks = WavChunks.Find(bytes, name);
        var format = ParseFormat(bytes[chunks.Format], name);
        var data = bytes[chunks.Data];
        if (data.Length % format.FrameBytes is var rest and not 0)
        {
            if (!chunks.WithoutSize)
                throw Bad(name, $"its {data.Length} bytes of data end inside a frame of {format.FrameBytes} bytes: the file is cut off");
            Warnings.Give($"{name} ends inside a frame, as a stream that was stopped: its last {rest} bytes are not read.");
        }
        var waveform = new Waveform(Samples(data, format, name), format.SampleRate) { FileChannels = format.Channels };
        if (waveform.IsSilent) WarnOfSilence(data, format, name);
        if (format.IsFloat) WarnOfScale(waveform.Samples, name);
        return waveform;
    }

    /// <summary>Writes 16-bit PCM with one channel. Samples beyond [−1, 1] are clipped.</summary>
    /// <exception cref="ArgumentException">A sample is NaN.</exception>
    public static void Write(string path, Waveform waveform)
    {
        var bytes = Encode(waveform);
        AtomicFile.Write(path, stream => stream.Write(bytes));
    }

    /// <summary>A WAV file of 16-bit PCM with one channel, in memory. Samples beyond [−1, 1] are clipped.</summary>
    /// <remarks>
    /// +1 becomes 32,767. The paper's code multiplies by 32,768 and casts, so that +1 wraps around to −32,768.
    /// </remarks>
    /// <exception cref="ArgumentException">A sample is NaN.</exception>
    public static byte[] Encode(Waveform waveform)
    {
        var (samples, rate) = waveform;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rate, Waveform.HighestRate, nameof(waveform.SampleRate));
        var bytes = new byte[44 + 2 * samples.Length];
        var span = bytes.AsSpan();
        "RIFF"u8.CopyTo(span);
        BinaryPrimitives.WriteInt32LittleEndian(span[4..], bytes.Length - 8);
        "WAVEfmt "u8.CopyTo(span[8..]);
        BinaryPrimitives.WriteInt32LittleEndian(span[16..], 16);
        BinaryPrimitives.WriteInt16LittleEndian(span[20..], Pcm);
        BinaryPrimitives.WriteInt16LittleEndian(span[22..], 1);
        BinaryPrimitives.WriteInt32LittleEndian(span[24..], rate);
        BinaryPrimitives.WriteInt32LittleEndian(span[28..], 2 * rate);
        BinaryPrimitives.WriteInt16LittleEndian(span[32..], 2);
        BinaryPrimitives.WriteInt16LittleEndian(span[34..], 16);
        "data"u8.CopyTo(span[36..]);
        BinaryPrimitives.WriteInt32LittleEndian(span[40..], 2 * samples.Length);
        for (var i = 0; i < samples.Length; i++)
            BinaryPrimitives.WriteInt16LittleEndian(span[(44 + 2 * i)..], ToInt16(samples[i], i));
        return bytes;
    }

    private static short ToInt16(float sample, int index) => float.IsNaN(sample)
        ? throw new ArgumentException($"Sample {index} is NaN: the waveform cannot be written.")
        : (short)Math.Clamp(Math.Round(sample * 32768.0), short.MinValue, short.MaxValue);

    private static WavFormat ParseFormat(ReadOnlySpan<byte> chunk, string name)
    {
        if (chunk.Length < 16) throw Bad(name, $"its fmt chunk has {chunk.Length} bytes, expected at least 16");
        int tag = U16(chunk), channels = U16(chunk[2..]), align = U16(chunk[12..]), bits = U16(chunk[14..]);
        var rate = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
        if (tag == Extensible && chunk.Length >= 26) tag = U16(chunk[24..]);
        if ((tag, bits) is not ((Pcm, 8 or 16 or 24 or 32) or (Float, 32 or 64)))
            throw Bad(name, $"format {tag} with {bits} bits is not supported; " +
                "expected PCM (1) of 8, 16, 24 or 32 bits or float (3) of 32 or 64 bits");
        if (channels == 0 || align != channels * bits / 8)
            throw Bad(name, $"its fmt chunk contradicts itself: {channels} channels, {rate} Hz, {bits} bits, {align} bytes a frame");
        if (rate is < Waveform.LowestRate or > Waveform.HighestRate)
            throw Bad(name, $"its sample rate is {rate} Hz, expected {Waveform.LowestRate} to {Waveform.HighestRate} Hz");
        return new(tag == Float, bits, align, channels, (int)rate);
    }

    private static float[] Samples(ReadOnlySpan<byte> data, WavFormat format, string name)
    {
        var samples = new float[data.Length / format.FrameBytes];
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = Sample(data[(i * format.FrameBytes)..], format);
            if (!float.IsFinite(samples[i])) throw Bad(name, $"sample {i} is {samples[i]}, expected a finite number");
        }
        return samples;
    }

    private static float Sample(ReadOnlySpan<byte> at, WavFormat format) => (format.IsFloat, format.Bits) switch
    {
        (true, 32) => BinaryPrimitives.ReadSingleLittleEndian(at),
        (true, _) => (float)BinaryPrimitives.ReadDoubleLittleEndian(at),
        (_, 8) => (at[0] - 128) / 128f,
        (_, 16) => BinaryPrimitives.ReadInt16LittleEndian(at) / 32768f,
        (_, 24) => (at[0] | at[1] << 8 | (sbyte)at[2] << 16) / 8388608f,
        _ => BinaryPrimitives.ReadInt32LittleEndian(at) / 2147483648f,
    };

    private static void WarnOfSilence(ReadOnlySpan<byte> data, WavFormat format, string name)
    {
        for (var channel = 1; channel < format.Channels; channel++)
        {
            var samples = new float[data.Length / format.FrameBytes];
            for (var i = 0; i < samples.Length; i++)
                samples[i] = Sample(data[(i * format.FrameBytes + channel * format.Bits / 8)..], format);
            if (new Waveform(samples, format.SampleRate).IsSilent) continue;
            Warnings.Give($"{name}: of its {format.Channels} channels only the first is read, and that is silent; channel " +
                $"{channel + 1} is not: put the sound into the first.");
            return;
        }
        Warnings.Give($"{name} is silent.");
    }

    private static void WarnOfScale(float[] samples, string name)
    {
        var peak = samples.Length == 0 ? 0 : samples.Max(MathF.Abs);
        if (peak <= 1) return;
        var scale = Array.Find(Scales, s => peak > s.Peak / 128 && peak <= s.Peak);
        Warnings.Give(FormattableString.Invariant($"{name}: its float samples reach {peak:0.###}, but full scale is 1: ") + (scale.Bits == 0
            ? "what is beyond will be clipped where 16 bits are made of it."
            : FormattableString.Invariant($"they seem to be on the scale of {scale.Bits} bits and will be clipped; divide them by {scale.Peak:0}.")));
    }

    private static int U16(ReadOnlySpan<byte> at) => BinaryPrimitives.ReadUInt16LittleEndian(at);

    internal static InvalidDataException Bad(string name, string what) => new($"{name}: {what}.");

    private readonly record struct WavFormat(bool IsFloat, int Bits, int FrameBytes, int Channels, int SampleRate);
}
