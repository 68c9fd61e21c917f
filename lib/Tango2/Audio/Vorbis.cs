// Ogg's pages as RFC 3533 defines them.
using NVorbis;
using Tango2.Files;

namespace Tango2.Audio;

/// <summary>Reads Vorbis in Ogg.</summary>
internal static class Vorbis
{
    private const int HeaderBytes = 27, LastPage = 4;

    /// <summary>Whether the first packet, at the end of the first page's table, is Vorbis's.</summary>
    public static bool Is(ReadOnlySpan<byte> bytes) =>
        bytes.Length > HeaderBytes && bytes[..4].SequenceEqual("OggS"u8)
        && bytes[Math.Min(bytes.Length, HeaderBytes + bytes[26])..].StartsWith("\u0001vorbis"u8);

    public static Waveform Decode(byte[] bytes, ChannelMixer mixer)
    {
        CheckPages(bytes, mixer);
        using var reader = new VorbisReader(new MemoryStream(bytes), closeOnDispose: true) { ClipSamples = false };
        return mixer.Read(reader.ReadSamples, reader.Channels, reader.SampleRate, frames: 0, loudest: 2);
    }

    /// <summary>Refuses what ends inside a page, which NVorbis and ffmpeg leave out without a word.</summary>
    public static void CheckPages(ReadOnlySpan<byte> bytes, ChannelMixer mixer)
    {
        var (at, isLast) = (0L, false);
        while (at + 4 <= bytes.Length && bytes[(int)at..].StartsWith("OggS"u8))
        {
            var page = bytes[(int)at..];
            var size = page.Length < HeaderBytes || page.Length < HeaderBytes + page[26]
                ? long.MaxValue
                : HeaderBytes + page[26] + Sum(page.Slice(HeaderBytes, page[26]));
            if (size > page.Length) throw mixer.Bad($"the page at byte {at} is not whole: the file is cut off");
            isLast = (page[5] & LastPage) != 0;
            at += size;
        }
        if (!isLast) Warnings.Give($"{mixer.Name} ends without a last page, as a stream that was stopped.");
    }

    private static int Sum(ReadOnlySpan<byte> lengths)
    {
        var sum = 0;
        foreach (var length in lengths) sum += length;
        return sum;
    }
}
