// MPEG audio's frame header as ISO/IEC 11172-3 and 13818-3 define it, the Xing frame as LAME's tag revision 1 does.
using System.Buffers.Binary;
using NLayer;

namespace Tango2.Audio;

/// <summary>Reads MP3.</summary>
/// <remarks>
/// Encoders put silence before and behind the sound, and decoders delay it by 529 samples more. LAME's tag, which ffmpeg
/// writes too, tells how much: then the sound begins and ends where it did before it was encoded, as ffmpeg reads it. NLayer
/// by itself leaves the decoder's share in and cuts as much off the end. Without the tag all that is decoded is kept.
/// </remarks>
internal static class Mp3
{
    private const int DecoderDelay = 529, FrameHeader = 4, ToDelay = 21;

    public static bool IsFrame(ReadOnlySpan<byte> at) => IsSync(at) && (at[1] & 6) is 2 or 4; // layers III and II

    /// <summary>Whether AAC in ADTS begins here: the same sync, of layer 0.</summary>
    public static bool IsAdts(ReadOnlySpan<byte> at) => at.Length >= 4 && at[0] == 0xFF && (at[1] & 0xF6) == 0xF0;

    /// <summary>The length of the ID3v2 tags that stand before the sound.</summary>
    public static int TagLength(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        while (bytes.Length - at >= 10 && bytes[at..].StartsWith("ID3"u8))
        {
            var tag = bytes[at..];
            at = (int)Math.Min(bytes.Length, at + 10L + (tag[6] << 21 | tag[7] << 14 | tag[8] << 7 | tag[9]));
        }
        return at;
    }

    public static Waveform Decode(byte[] bytes, ChannelMixer mixer)
    {
        bytes = (byte[])bytes.Clone();
        var padding = TakePadding(bytes, mixer);
        using var file = new MpegFile(new MemoryStream(bytes));
        var frames = file.Length / sizeof(float) / Math.Max(1, file.Channels);
        if (padding is not var (before, behind))
            return mixer.Read(file.ReadSamples, file.Channels, file.SampleRate, frames: 0, loudest: 2);
        Skip(file.ReadSamples, before * file.Channels);
        var left = Math.Max(0, frames - before - behind) * file.Channels;
        return mixer.Read(buffer =>
        {
            var got = file.ReadSamples(buffer[..(int)Math.Min(buffer.Length, left)]);
            left -= got;
            return got;
        }, file.Channels, file.SampleRate, frames: 0, loudest: 2);
    }

    /// <summary>
    /// What LAME's tag tells of silence, in samples of each channel, the decoder's delay included. It is set to 0 in the file,
    /// so that NLayer does not act on it.
    /// </summary>
    private static (int Before, int Behind)? TakePadding(Span<byte> bytes, ChannelMixer mixer)
    {
        var start = TagLength(bytes);
        while (start + FrameHeader <= bytes.Length && !IsFrame(bytes[start..])) start++; // some tags are padded with zeros
        if (start + FrameHeader > bytes.Length) return null;
        var frame = bytes[start..];
        var (isFirstVersion, isMono) = ((frame[1] & 0x18) == 0x18, (frame[3] & 0xC0) == 0xC0);
        var tagAt = FrameHeader + ((isFirstVersion, isMono) switch { (true, false) => 32, (false, true) => 9, _ => 17 });
        if (frame.Length < tagAt + 8) return null;
        var tag = frame[tagAt..];
        if (!tag.StartsWith("Xing"u8) && !tag.StartsWith("Info"u8)) return null;
        var (flags, at) = (tag[7], 8);
        if ((flags & 1) != 0) at += 4;
        if ((flags & 2) != 0)
        {
            if (tag.Length >= at + 4 && BinaryPrimitives.ReadUInt32BigEndian(tag[at..]) is var said && said > frame.Length)
                throw mixer.Bad($"it says that it has {said} bytes of sound, but has {frame.Length}: the file is cut off");
            at += 4;
        }
        at += ((flags & 4) != 0 ? 100 : 0) + ((flags & 8) != 0 ? 4 : 0) + ToDelay;
        if (tag.Length < at + 3 || !IsOfLame(tag[(at - ToDelay)..])) return null;
        var padding = tag.Slice(at, 3);
        var (before, behind) = (padding[0] << 4 | padding[1] >> 4, (padding[1] & 15) << 8 | padding[2]);
        padding.Clear();
        return (before + DecoderDelay, Math.Max(0, behind - DecoderDelay));
    }

    private static bool IsOfLame(ReadOnlySpan<byte> encoder) => encoder.StartsWith("LAME"u8) || encoder.StartsWith("Lav"u8);

    private static void Skip(SampleReader read, int count)
    {
        var dropped = new float[count];
        for (int at = 0, got; at < count && (got = read(dropped.AsSpan(at))) > 0;) at += got;
    }

    private static bool IsSync(ReadOnlySpan<byte> at) =>
        at.Length >= FrameHeader && at[0] == 0xFF && (at[1] & 0xE0) == 0xE0 && (at[1] & 0x18) != 8 // version
        && at[2] >> 4 is > 0 and < 15 && (at[2] & 0xC) != 0xC;                                    // bit rate, sample rate
}
