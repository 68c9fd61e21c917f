using System.Buffers.Binary;
using NAudio.Wave;
using Tango2.Files;

namespace Tango2.Audio;

/// <summary>How samples are stored in a WAV file.</summary>
public enum WavSamples
{
    /// <summary>PCM of 16 bits; beyond [−1, 1] it is clipped.</summary>
    Int16,

    /// <summary>PCM of 16 bits as the paper's code makes it: cut off toward zero, not rounded; beyond [−1, 1] it is clipped.</summary>
    Truncated16,

    /// <summary>PCM of 24 bits; beyond [−1, 1] it is clipped.</summary>
    Int24,

    /// <summary>Float of 32 bits, as the samples are.</summary>
    Float32,
}

/// <summary>Writes WAV files with one channel. <see cref="Sound"/> reads them, and others.</summary>
public static class Wav
{
    private const int Pcm = 1, Float = 3, Extensible = 0xFFFE;

    /// <summary>Writes a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="waveform">The sound.</param>
    /// <param name="samples">How its samples are stored.</param>
    /// <exception cref="ArgumentException">A sample is NaN.</exception>
    public static void Write(string path, Waveform waveform, WavSamples samples = WavSamples.Int16)
    {
        var bytes = Encode(waveform, samples);
        AtomicFile.Write(path, stream => stream.Write(bytes));
    }

    /// <summary>A file in memory.</summary>
    /// <remarks>
    /// With 16 bits +1 becomes 32,767. The paper's code multiplies by 32,768 and casts, so that +1 wraps around to −32,768; so
    /// does NAudio's writer with what is beyond 1, which is why 16 bits are written here.
    /// </remarks>
    /// <param name="waveform">The sound.</param>
    /// <param name="samples">How its samples are stored.</param>
    /// <exception cref="ArgumentException">A sample is NaN.</exception>
    public static byte[] Encode(Waveform waveform, WavSamples samples = WavSamples.Int16)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(waveform.SampleRate, Waveform.HighestRate, nameof(waveform.SampleRate));
        if (Array.FindIndex(waveform.Samples, float.IsNaN) is var index and >= 0)
            throw new ArgumentException($"Sample {index} is NaN: the waveform cannot be written.");
        if (samples is WavSamples.Int16 or WavSamples.Truncated16) return Encode16(waveform, samples == WavSamples.Truncated16);
        using var stream = new MemoryStream();
        using (var writer = new WaveFileWriter(stream, samples == WavSamples.Int24
            ? new(waveform.SampleRate, bits: 24, channels: 1)
            : WaveFormat.CreateIeeeFloatWaveFormat(waveform.SampleRate, channels: 1)))
            writer.WriteSamples(waveform.Samples, 0, waveform.Samples.Length);
        return stream.ToArray();
    }

    private static byte[] Encode16(Waveform waveform, bool truncated)
    {
        var (samples, rate) = waveform;
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
        {
            var step = samples[i] * 32768.0; // a power of two: exact, as in single precision
            var sample = (short)Math.Clamp(truncated ? Math.Truncate(step) : Math.Round(step), short.MinValue, short.MaxValue);
            BinaryPrimitives.WriteInt16LittleEndian(span[(44 + 2 * i)..], sample);
        }
        return bytes;
    }

    /// <summary>Reads PCM of 8, 16, 24 or 32 bits, or float of 32 or 64 bits, and nothing else.</summary>
    internal static Waveform Decode(byte[] bytes, string name = "WAV data") =>
        Decode(bytes, new ChannelMixer(name, ChannelMix.First));

    /// <summary>The same, or by ffmpeg what other programs write into WAV files, such as µ-law.</summary>
    internal static Waveform DecodeAny(byte[] bytes, ChannelMixer mixer)
    {
        var format = WavFormat.Of(bytes[WavChunks.Find(bytes, mixer.Name).Format], mixer);
        // ADPCM of Microsoft, A-law, µ-law, ADPCM of IMA, GSM, MPEG of layers II and III
        return format.Tag is 2 or 6 or 7 or 0x11 or 0x31 or 0x50 or 0x55
            ? Ffmpeg.Decode(bytes, $"WAV of format {format.Tag}", "wav", mixer)
            : Decode(bytes, mixer);
    }

    /// <summary>Whether the samples of a WAV file are float; false for what is no WAV.</summary>
    internal static bool IsFloat(byte[] bytes, ChannelMixer mixer) => WavChunks.IsWave(bytes)
        && WavFormat.Of(bytes[WavChunks.Find(bytes, mixer.Name).Format], mixer).Tag == Float;

    /// <summary>Reads what the other overload reads.</summary>
    internal static Waveform Decode(byte[] bytes, ChannelMixer mixer, double loudest = 1)
    {
        var chunks = WavChunks.Find(bytes, mixer.Name);
        var format = WavFormat.Of(bytes[chunks.Format], mixer);
        format.Check(mixer);
        var (start, length) = chunks.Data.GetOffsetAndLength(bytes.Length);
        var rest = length % format.FrameBytes;
        if (rest != 0)
        {
            if (!chunks.WithoutSize)
                throw mixer.Bad($"its {length} bytes of data end inside a frame of {format.FrameBytes} bytes: the file is cut off");
            Warnings.Give($"{mixer.Name} ends inside a frame, as a stream that was stopped: its last {rest} bytes are not read.");
        }
        using var stream = new RawSourceWaveStream(bytes, start, length - rest, format.Plain);
        return mixer.Read(
            stream.ToSampleProvider().Read, format.Channels, (int)format.SampleRate, length / format.FrameBytes,
            loudest: format.Tag == Float ? loudest : double.PositiveInfinity);
    }

    internal static InvalidDataException Bad(string name, string what) => new($"{name}: {what}.");

    /// <summary>What a fmt chunk says; an extensible one says it further behind.</summary>
    private readonly record struct WavFormat(int Tag, int Bits, int FrameBytes, int Channels, uint SampleRate)
    {
        /// <summary>NAudio's name for it.</summary>
        public WaveFormat Plain => Tag == Pcm
            ? new((int)SampleRate, Bits, Channels)
            : WaveFormat.CreateCustomFormat(
                WaveFormatEncoding.IeeeFloat, (int)SampleRate, Channels, (int)SampleRate * FrameBytes, FrameBytes, Bits);

        public static WavFormat Of(ReadOnlySpan<byte> chunk, ChannelMixer mixer)
        {
            if (chunk.Length < 16) throw mixer.Bad($"its fmt chunk has {chunk.Length} bytes, expected at least 16");
            var tag = U16(chunk);
            if (tag == Extensible && chunk.Length >= 26) tag = U16(chunk[24..]);
            var rate = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
            return new(tag, Bits: U16(chunk[14..]), FrameBytes: U16(chunk[12..]), Channels: U16(chunk[2..]), rate);
        }

        public void Check(ChannelMixer mixer)
        {
            if ((Tag, Bits) is not ((Pcm, 8 or 16 or 24 or 32) or (Float, 32 or 64)))
                throw mixer.Bad($"format {Tag} with {Bits} bits is not supported; " +
                    "expected PCM (1) of 8, 16, 24 or 32 bits or float (3) of 32 or 64 bits");
            if (Channels == 0 || FrameBytes != Channels * Bits / 8)
                throw mixer.Bad($"its fmt chunk contradicts itself: {Channels} channels, {SampleRate} Hz, {Bits} bits, " +
                    $"{FrameBytes} bytes a frame");
            mixer.CheckRate(SampleRate);
        }

        private static int U16(ReadOnlySpan<byte> at) => BinaryPrimitives.ReadUInt16LittleEndian(at);
    }
}
