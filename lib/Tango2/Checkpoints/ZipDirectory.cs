// The zip format as far as torch.save uses it: APPNOTE.TXT, sections 4.3 (records) and 4.5.3 (sizes over 4 GB). Deflated
// entries are what TorchSharp.PyBridge and people with a zip program write.
using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Tango2.Checkpoints;

/// <summary>The checked directory of a zip file: entries that are stored can be read in place, others are inflated.</summary>
internal sealed class ZipDirectory
{
    private const uint Small = 0xFFFFFFFF; // stands for a number that is kept in 64 bits elsewhere
    private const int EndBytes = 22, LongestComment = 0xFFFF, LocatorBytes = 20, End64Bytes = 56;
    private const int EntryBytes = 46, LocalBytes = 30;
    private const int Deflate = 8, MostInflation = 1032; // what each deflated byte can grow to: 258 bytes from two bits
    private const long LongestDirectory = 16 << 20; // bytes: some 200,000 entries

    private readonly CheckpointFile _file;
    private readonly Dictionary<string, Entry> _entries = [];

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

    /// <summary>Bytes of all entries; no more than their places in the file can hold.</summary>
    public Int128 TotalSize => _entries.Values.Aggregate((Int128)0, (sum, e) => sum + e.Size);

    /// <summary>The entry's size when it is inflated, bytes.</summary>
    public long SizeOf(string name) => _entries[name].Size;

    /// <summary>Whether the entry must be inflated, so that nothing of it can be read in place.</summary>
    public bool IsDeflated(string name) => _entries[name].Deflated;

    /// <summary>Where the entry's bytes begin in the file; all of them lie before the next entry.</summary>
    public long StartOf(string name)
    {
        var entry = _entries[name];
        ReadOnlySpan<byte> local = _file.Bytes(entry.Header, LocalBytes);
        if (UInt32(local) != 0x04034b50) throw _file.Bad($"entry '{name}' has no header at byte {entry.Header}");
        var start = entry.Header + LocalBytes + UInt16(local[26..]) + UInt16(local[28..]);
        return start <= entry.Limit - entry.Stored
            ? start
            : throw _file.Bad(
                $"entry '{name}' of {entry.Stored} bytes at byte {start} overlaps what begins at byte {entry.Limit}");
    }

    /// <summary>The whole entry, if it is not larger than expected.</summary>
    public byte[] Bytes(string name, long most)
    {
        var size = SizeOf(name);
        if (size > most) throw _file.Bad($"entry '{name}' has {size} bytes, over the limit of {most}");
        if (!IsDeflated(name)) return _file.Bytes(StartOf(name), (int)size);
        var bytes = new byte[size];
        Inflate(name, stream => stream.ReadExactly(bytes));
        return bytes;
    }

    /// <summary>Gives a reader the stream of a deflated entry, of which it must read the whole size and nothing else.</summary>
    public void Inflate(string name, Action<Stream> read)
    {
        _file.Stream.Position = StartOf(name);
        using var stream = new DeflateStream(_file.Stream, CompressionMode.Decompress, leaveOpen: true);
        try
        {
            read(stream);
            if (stream.ReadByte() >= 0) throw new InvalidDataException("There is more.");
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw _file.Bad(
                $"entry '{name}' does not inflate to the {SizeOf(name)} bytes that the zip's directory gives: it is damaged", e);
        }
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
        var found = new List<(string Name, Entry Entry)>();
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
            found.Add((name, Parsed(name, nameBytes, directory[..EntryBytes], directory.Slice(EntryBytes + nameBytes, extraBytes))));
            directory = directory[length..];
        }
        found.Sort((a, b) => b.Entry.Header.CompareTo(a.Entry.Header));
        var limit = directoryStart;
        foreach (var (name, entry) in found) // the last one first
        {
            if (entry.Header > limit - LocalBytes - entry.Stored)
                throw _file.Bad(
                    $"entry '{name}' of {entry.Stored} bytes at byte {entry.Header} overlaps what begins at byte {limit}");
            if (!_entries.TryAdd(name, entry with { Limit = limit }))
                throw _file.Bad($"entry '{name}' stands twice in the zip");
            limit = entry.Header;
        }
    }

    private Entry Parsed(
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
        var method = UInt16(entry[10..]);
        if (method is not (0 or Deflate))
            throw _file.Bad($"entry '{name}' is compressed by method {method}; expected it stored (0) or deflated ({Deflate})");
        if (header < 0 || stored < 0 || header > _file.Length - LocalBytes - nameBytes || stored > _file.Length)
            throw _file.Bad(
                $"entry '{name}' of {stored} bytes at byte {header} runs past the end of the file ({_file.Length} bytes)");
        if (method == 0 ? stored != size : size < 0 || size > MostInflation * (Int128)stored)
            throw _file.Bad($"entry '{name}' is {(method == 0 ? "stored in" : "compressed to")} {stored} bytes, " +
                $"which cannot hold the {size} that the zip's directory gives");
        return new(header, stored, size, method == Deflate, Limit: 0);
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

    /// <summary>Where an entry's header stands, its bytes in the file and inflated, and where the next thing begins.</summary>
    private sealed record Entry(long Header, long Stored, long Size, bool Deflated, long Limit);
}
