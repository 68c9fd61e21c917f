// The zip format as far as torch.save uses it: APPNOTE.TXT, sections 4.3 (records) and 4.5.3 (sizes over 4 GB).
using System.Buffers.Binary;
using System.Text;

namespace Tango2.Checkpoints;

/// <summary>
/// The checked directory of a zip file whose entries are all stored, so that they can be read in place.
/// </summary>
internal sealed class ZipDirectory
{
    private const uint Small = 0xFFFFFFFF; // stands for a number that is kept in 64 bits elsewhere
    private const int EndBytes = 22, LongestComment = 0xFFFF, LocatorBytes = 20, End64Bytes = 56;
    private const int EntryBytes = 46, LocalBytes = 30;
    private const long LongestDirectory = 16 << 20; // bytes: some 200,000 entries

    private readonly CheckpointFile _file;
    private readonly Dictionary<string, (long Header, long Size, long Limit)> _entries = [];

    public ZipDirectory(CheckpointFile file)
    {
        _file = file;
        var (offset, size) = Place();
        if (size > LongestDirectory)
            throw file.Bad($"the zip's directory has {size} bytes, over the limit of {LongestDirectory}");
        if (offset < 0 || size < 0 || offset > file.Length - size)
            throw file.Bad($"the zip's directory of {size} bytes at byte {offset} runs past the end of the file");
        Parse(file.Bytes(offset, (int)size), offset);
    }

    public IEnumerable<string> Names => _entries.Keys;

    public bool Contains(string name) => _entries.ContainsKey(name);

    /// <summary>The entry's size, bytes.</summary>
    public long SizeOf(string name) => _entries[name].Size;

    /// <summary>Where the entry's bytes begin in the file; all of them lie before the next entry.</summary>
    public long StartOf(string name)
    {
        var (header, size, limit) = _entries[name];
        ReadOnlySpan<byte> local = _file.Bytes(header, LocalBytes);
        if (UInt32(local) != 0x04034b50) throw _file.Bad($"entry '{name}' has no header at byte {header}");
        var start = header + LocalBytes + UInt16(local[26..]) + UInt16(local[28..]);
        return start <= limit - size
            ? start
            : throw _file.Bad($"entry '{name}' of {size} bytes at byte {start} overlaps what begins at byte {limit}");
    }

    /// <summary>The whole entry, if it is not larger than expected.</summary>
    public byte[] Bytes(string name, long most)
    {
        var size = SizeOf(name);
        if (size > most) throw _file.Bad($"entry '{name}' has {size} bytes, over the limit of {most}");
        return _file.Bytes(StartOf(name), (int)size);
    }

    private (long Offset, long Size) Place()
    {
        var tail = _file.Bytes(
            Math.Max(0, _file.Length - EndBytes - LongestComment), (int)Math.Min(_file.Length, EndBytes + LongestComment));
        var at = tail.Length - EndBytes;
        bool IsEnd() => UInt32(tail.AsSpan(at)) == 0x06054b50 && UInt16(tail.AsSpan(at + 20)) == tail.Length - at - EndBytes;
        while (at >= 0 && !IsEnd()) at--;
        if (at < 0) throw _file.Bad("the zip has no directory at its end: it is damaged or cut off");
        var end = tail.AsSpan(at);
        var (entries, size, offset) = (UInt16(end[10..]), UInt32(end[12..]), UInt32(end[16..]));
        var locator = _file.Length - tail.Length + at - LocatorBytes;
        return entries == 0xFFFF || size == Small || offset == Small ? Place64(locator) : (offset, size);
    }

    private (long Offset, long Size) Place64(long locator)
    {
        if (locator < 0 || _file.Bytes(locator, LocatorBytes) is not { } found || UInt32(found) != 0x07064b50)
            throw _file.Bad($"the zip's 64-bit directory has no locator at byte {locator}");
        var at = Int64(found.AsSpan(8));
        if (at < 0 || at > locator - End64Bytes || _file.Bytes(at, End64Bytes) is not { } end || UInt32(end) != 0x06064b50)
            throw _file.Bad($"the zip's 64-bit directory has no end record at byte {at}");
        return (Int64(end.AsSpan(48)), Int64(end.AsSpan(40)));
    }

    private void Parse(ReadOnlySpan<byte> directory, long directoryStart)
    {
        var found = new List<(string Name, long Header, long Size)>();
        var total = directory.Length;
        while (!directory.IsEmpty)
        {
            var at = directoryStart + total - directory.Length;
            if (directory.Length < EntryBytes || UInt32(directory) != 0x02014b50)
                throw _file.Bad($"the zip's directory has no entry at byte {at}");
            var (nameBytes, extraBytes) = (UInt16(directory[28..]), UInt16(directory[30..]));
            var length = EntryBytes + nameBytes + extraBytes + UInt16(directory[32..]);
            if (length > directory.Length)
                throw _file.Bad($"the zip's directory entry at byte {at} runs past the directory's end");
            var name = Encoding.UTF8.GetString(directory.Slice(EntryBytes, nameBytes));
            found.Add(Entry(name, nameBytes, directory[..EntryBytes], directory.Slice(EntryBytes + nameBytes, extraBytes)));
            directory = directory[length..];
        }
        found.Sort((a, b) => b.Header.CompareTo(a.Header));
        var limit = directoryStart;
        foreach (var (name, header, size) in found) // the last one first
        {
            if (header > limit - LocalBytes - size)
                throw _file.Bad($"entry '{name}' of {size} bytes at byte {header} overlaps what begins at byte {limit}");
            if (!_entries.TryAdd(name, (header, size, limit)))
                throw _file.Bad($"entry '{name}' stands twice in the zip");
            limit = header;
        }
    }

    private (string Name, long Header, long Size) Entry(
        string name, int nameBytes, ReadOnlySpan<byte> entry, ReadOnlySpan<byte> extra)
    {
        if ((UInt16(entry[8..]) & 1) != 0) throw _file.Bad($"entry '{name}' is encrypted");
        var large = new Queue<long>(Extra64(extra));
        long Number(uint small) => small != Small ? small : large.TryDequeue(out var number)
            ? number
            : throw _file.Bad($"entry '{name}' lacks its 64-bit sizes");
        var size = Number(UInt32(entry[24..]));
        var stored = Number(UInt32(entry[20..]));
        var header = Number(UInt32(entry[42..]));
        if (UInt16(entry[10..]) != 0 || stored != size)
            throw _file.Bad(
                $"entry '{name}' is compressed, expected it stored as torch.save does ({stored} bytes for {size})");
        if (header < 0 || size < 0 || header > _file.Length - LocalBytes - nameBytes || size > _file.Length)
            throw _file.Bad(
                $"entry '{name}' of {size} bytes at byte {header} runs past the end of the file ({_file.Length} bytes)");
        return (name, header, size);
    }

    /// <summary>
    /// The 64-bit numbers of an entry: those of size, stored size and place that are too large for 32.
    /// </summary>
    private static List<long> Extra64(ReadOnlySpan<byte> extra)
    {
        var numbers = new List<long>();
        while (extra.Length >= 4)
        {
            var (id, length) = (UInt16(extra), Math.Min(UInt16(extra[2..]), extra.Length - 4));
            for (var i = 4; id == 1 && i + 8 <= 4 + length; i += 8) numbers.Add(Int64(extra[i..]));
            extra = extra[(4 + length)..];
        }
        return numbers;
    }

    private static int UInt16(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private static uint UInt32(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    private static long Int64(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt64LittleEndian(bytes);
}
