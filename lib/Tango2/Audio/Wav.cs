using System.Buffers.Binary;
using Tango2.Files;

namespace Tango2.Audio;

/// <summary>Reads WAV files of the usual kinds, and writes 16-bit PCM.</summary>
public static class Wav
{
    private const int Pcm = 1, Float = 3, Extensible = 0xFFFE;

    /// <summary>Reads the first channel of a file: PCM of 8, 16, 24 or 32 bits, or float of 32 or 64 bits.</summary>
    /// <remarks>Further channels are dropped, not mixed in, as the paper's code does for its training audio.</remarks>
    /// <exception cref="InvalidDataException">The file is no such WAV file, is cut off, or holds NaN or infinity.</exception>
    public static Waveform Read(string path) => Decode(File.ReadAllBytes(path), path);

    /// <summary>Reads the first channel of a file held in memory.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">What messages call it.</param>
    /// <inheritdoc cref="Read" path="/exception"/>
    public static Waveform Decode(ReadOnlySpan<byte> bytes, string name = "WAV data")
    {
        if (bytes.Length < 12 || !bytes[..4].SequenceEqual("RIFF"u8) || !bytes[8..12].SequenceEqual("WAVE"u8))
            throw Bad(name, "expected a RIFF/WAVE file, found other bytes; convert it to WAV first, for example with ffmpeg");
        WavFormat? format = null;
        for (var at = 12; at + 8 <= bytes.Length;)
        {
            var id = bytes.Slice(at, 4);
            var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(at + 4)..]);
            at += 8;
            if (length > bytes.Length - at)
                throw Bad(name, $"the chunk at byte {at - 8} has {length} bytes, but only {bytes.Length - at} follow: the file is cut off");
            var chunk = bytes.Slice(at, (int)length);
            if (id.SequenceEqual("fmt "u8)) format = ParseFormat(chunk, name);
            else if (id.SequenceEqual("data"u8))
                return Samples(chunk, format ?? throw Bad(name, "its data chunk comes before its fmt chunk"), name);
            at += (int)Math.Min(length + (length & 1), (uint)(bytes.Length - at));
        }
        throw Bad(name, "it has no data chunk: the file is cut off");
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
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rate, nameof(waveform.SampleRate));
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
        var rate = BinaryPrimitives.ReadInt32LittleEndian(chunk[4..]);
        if (tag == Extensible && chunk.Length >= 26) tag = U16(chunk[24..]);
        if ((tag, bits) is not ((Pcm, 8 or 16 or 24 or 32) or (Float, 32 or 64)))
            throw Bad(name, $"format {tag} with {bits} bits is not supported; " +
                "expected PCM (1) of 8, 16, 24 or 32 bits or float (3) of 32 or 64 bits");
        if (channels == 0 || rate <= 0 || align != channels * bits / 8)
            throw Bad(name, $"its fmt chunk contradicts itself: {channels} channels, {rate} Hz, {bits} bits, {align} bytes a frame");
        return new(tag == Float, bits, align, rate);
    }

    private static Waveform Samples(ReadOnlySpan<byte> data, WavFormat format, string name)
    {
        if (data.Length % format.FrameBytes != 0)
            throw Bad(name, $"its {data.Length} bytes of data end inside a frame of {format.FrameBytes} bytes: the file is cut off");
        var samples = new float[data.Length / format.FrameBytes];
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = Sample(data[(i * format.FrameBytes)..], format);
            if (!float.IsFinite(samples[i])) throw Bad(name, $"sample {i} is {samples[i]}, expected a finite number");
        }
        return new(samples, format.SampleRate);
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

    private static int U16(ReadOnlySpan<byte> at) => BinaryPrimitives.ReadUInt16LittleEndian(at);

    private static InvalidDataException Bad(string name, string what) => new($"{name}: {what}.");

    private readonly record struct WavFormat(bool IsFloat, int Bits, int FrameBytes, int SampleRate);
}
