// RIFF as Microsoft and IBM define it, RF64 and BW64 as EBU Tech 3306 and ITU-R BS.2088 do: a ds64 chunk holds the sizes
// that do not fit into 32 bits.
using System.Buffers.Binary;
using Tango2.Files;

namespace Tango2.Audio;

/// <summary>Where in a WAV file its format and its samples lie.</summary>
/// <param name="Format">The fmt chunk's content.</param>
/// <param name="Data">The data chunk's content.</param>
/// <param name="WithoutSize">Whether the file does not say how much data there is, so that it goes to its end.</param>
internal readonly record struct WavChunks(Range Format, Range Data, bool WithoutSize)
{
    // What programs write that cannot go back to fill the size in: 0, 2^32 − 1, or 2^31 less a header or a page. More than
    // this cannot be in memory either.
    private const uint LeastPlaceholder = 0x7FFF0000, Unknown = 0xFFFFFFFF;

    /// <summary>Whether the file begins as WAV, RF64 or BW64.</summary>
    public static bool IsWave(ReadOnlySpan<byte> bytes) => bytes.Length >= 12 && bytes[8..12].SequenceEqual("WAVE"u8)
        && (bytes[..4].SequenceEqual("RIFF"u8) || bytes[..4].SequenceEqual("RF64"u8) || bytes[..4].SequenceEqual("BW64"u8));

    /// <summary>Finds the chunks, in any order and among others.</summary>
    /// <exception cref="InvalidDataException">The file is no WAV file, lacks one of the two, or is cut off.</exception>
    public static WavChunks Find(ReadOnlySpan<byte> bytes, string name)
    {
        CheckHead(bytes, name);
        Range? format = null, data = null;
        var (withoutSize, longSize) = (false, 0UL);
        for (var at = 12; at + 8 <= bytes.Length && (format is null || data is null);)
        {
            var id = bytes.Slice(at, 4);
            var said = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(at + 4)..]);
            var (start, isData) = (at + 8, id.SequenceEqual("data"u8));
            var size = isData && said == Unknown && longSize != 0 ? longSize : said;
            if (isData && HasNoSize(size, bytes[start..]))
                (size, withoutSize) = ((ulong)(bytes.Length - start), true);
            if (size > (ulong)(bytes.Length - start))
                throw Wav.Bad(name,
                    $"the chunk at byte {at} has {size} bytes, but only {bytes.Length - start} follow: the file is cut off");
            var content = start..(start + (int)size);
            if (isData) data ??= content;
            else if (id.SequenceEqual("fmt "u8)) format ??= content;
            else if (id.SequenceEqual("ds64"u8) && size >= 16) longSize = BinaryPrimitives.ReadUInt64LittleEndian(bytes[(start + 8)..]);
            at = Next(bytes, content.End.Value, size % 2 == 1);
        }
        if (data is not { } found) throw Wav.Bad(name, "it has no data chunk: the file is cut off");
        if (!withoutSize) WarnOfRest(bytes[found.End..], name);
        return new(format ?? throw Wav.Bad(name, "its data chunk comes before its fmt chunk, which is not there"), found, withoutSize);
    }

    private static void CheckHead(ReadOnlySpan<byte> bytes, string name)
    {
        if (!IsWave(bytes))
            throw Wav.Bad(name, "expected a RIFF/WAVE file, found other bytes; convert it to WAV first, for example with ffmpeg");
    }

    // A size of 0 is right where nothing, or another chunk, follows.
    private static bool HasNoSize(ulong size, ReadOnlySpan<byte> rest) => size switch
    {
        0 => rest.Length > 0 && !IsChunk(rest),
        ulong.MaxValue or long.MaxValue => true,
        _ => size is >= LeastPlaceholder and <= Unknown && size > (ulong)rest.Length,
    };

    // Chunks of odd length are followed by a byte that does not count; some programs leave it out.
    private static int Next(ReadOnlySpan<byte> bytes, int end, bool isOdd)
    {
        if (!isOdd || end >= bytes.Length) return end;
        return IsChunk(bytes[end..]) && !IsChunk(bytes[(end + 1)..]) ? end : end + 1;
    }

    private static bool IsChunk(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= 8 && bytes[..4].IndexOfAnyExceptInRange((byte)' ', (byte)'~') < 0
        && BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) is var size && (size <= bytes.Length - 8 || size >= LeastPlaceholder);

    // Chunks may follow the data; anything else tells that its size is wrong.
    private static void WarnOfRest(ReadOnlySpan<byte> rest, string name)
    {
        if (rest.Length > 8 && !IsChunk(rest) && !IsChunk(rest[1..]))
            Warnings.Give($"{name}: {rest.Length} bytes follow its data that are no chunk: if they are sound, its size is wrong.");
    }
}
