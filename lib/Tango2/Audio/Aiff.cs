// AIFF as Apple defines it: chunks as in RIFF, with sizes in big-endian order.
using System.Buffers.Binary;
using NAudio.Wave;

namespace Tango2.Audio;

/// <summary>Reads AIFF files; those with compression, AIFF-C, are left to ffmpeg.</summary>
internal static class Aiff
{
    public static bool Is(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= 12 && bytes[..4].SequenceEqual("FORM"u8) && bytes[8..12].SequenceEqual("AIFF"u8);

    public static Waveform Decode(byte[] bytes, ChannelMixer mixer)
    {
        CheckChunks(bytes, mixer);
        using var reader = new AiffFileReader(new MemoryStream(bytes));
        var format = reader.WaveFormat;
        return mixer.Read(reader.ToSampleProvider().Read, format.Channels, format.SampleRate, reader.SampleCount, loudest: 1);
    }

    /// <summary>Refuses what is cut off; NAudio takes a data chunk that is not whole for none.</summary>
    public static void CheckChunks(ReadOnlySpan<byte> bytes, ChannelMixer mixer)
    {
        var (frames, frameBytes, dataBytes) = (-1L, 0L, -1L);
        for (var at = 12L; at + 8 <= bytes.Length;)
        {
            var chunk = bytes[(int)at..];
            var size = BinaryPrimitives.ReadUInt32BigEndian(chunk[4..]);
            if (size > chunk.Length - 8)
                throw mixer.Bad(
                    $"the chunk at byte {at} has {size} bytes, but only {chunk.Length - 8} follow: the file is cut off");
            if (chunk[..4].SequenceEqual("COMM"u8) && size >= 18)
            {
                frames = BinaryPrimitives.ReadUInt32BigEndian(chunk[10..]);
                var (channels, bits) = (U16(chunk[8..]), U16(chunk[14..]));
                frameBytes = channels * ((bits + 7L) / 8);
            }
            if (chunk[..4].SequenceEqual("SSND"u8)) dataBytes = size - 8L;
            at += 8 + size + size % 2;
        }
        if (frames < 0) throw mixer.Bad("it has no COMM chunk: the file is cut off");
        if (dataBytes < 0 && frames > 0) throw mixer.Bad("it has no SSND chunk: the file is cut off");
        if (Is(bytes) && frames > 0 && frames * frameBytes > dataBytes)
            throw mixer.Bad(
                $"its {frames} frames of {frameBytes} bytes do not fit into its {dataBytes} bytes of data: the file is cut off");
    }

    private static int U16(ReadOnlySpan<byte> at) => BinaryPrimitives.ReadUInt16BigEndian(at);
}
