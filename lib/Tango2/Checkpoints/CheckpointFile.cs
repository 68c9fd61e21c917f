using System.IO.MemoryMappedFiles;

namespace Tango2.Checkpoints;

/// <summary>A file of which parts are copied out of mapped memory, a window at a time.</summary>
/// <remarks>
/// A window's pages count as memory in use while it is mapped, so windows are small: filling a network costs its own
/// size and one window. Little parts are read, which is cheaper than mapping them.
/// </remarks>
internal sealed class MappedFile : IDisposable
{
    private const int Window = 16 << 20, Little = 64 << 10; // bytes

    private readonly FileStream _stream;
    private MemoryMappedFile? _map;

    public MappedFile(string path)
    {
        Path = path;
        _stream = File.OpenRead(path);
        Length = RandomAccess.GetLength(_stream.SafeFileHandle);
    }

    public string Path { get; }

    public long Length { get; }

    /// <summary>The same file as a stream, for what is read from front to back.</summary>
    public Stream Stream => _stream;

    /// <summary>Copies the bytes at an offset; the file must have them.</summary>
    public void Copy(long offset, Span<byte> target)
    {
        // Memory mapped beyond the end of a file cannot be read, and trying ends the process.
        var length = Math.Min(Length, RandomAccess.GetLength(_stream.SafeFileHandle));
        if (offset < 0 || offset > length - target.Length)
            throw Bad($"{target.Length} bytes at byte {offset} run past the end of the file ({length} bytes)");
        while (!target.IsEmpty)
        {
            var part = target[..Math.Min(Window, target.Length)];
            var copied = part.Length <= Little
                ? RandomAccess.Read(_stream.SafeFileHandle, part, offset)
                : CopyMapped(offset, part);
            if (copied == 0) throw Bad($"nothing can be read at byte {offset}");
            offset += copied;
            target = target[copied..];
        }
    }

    private int CopyMapped(long offset, Span<byte> target)
    {
        _map ??= MemoryMappedFile.CreateFromFile(
            _stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        using var view = _map.CreateViewAccessor(offset, target.Length, MemoryMappedFileAccess.Read);
        view.SafeMemoryMappedViewHandle.ReadSpan((ulong)view.PointerOffset, target);
        return target.Length;
    }

    /// <summary>Copies the bytes at an offset into a contiguous tensor on the CPU, which they fill.</summary>
    public void Copy(long offset, Tensor target, string key)
    {
        if (target.numel() == 0) return;
        using var scope = NewDisposeScope();
        using var unrecorded = no_grad();
        var (flat, size) = (target.detach().view(-1), target.element_size());
        const long Step = 64 << 20; // elements; a span holds fewer than 2^31 bytes
        for (var start = 0L; start < flat.shape[0]; start += Step)
        {
            var bytes = flat.narrow(0, start, Math.Min(Step, flat.shape[0] - start)).bytes;
            Copy(offset + start * size, bytes);
            if (target.dtype == ScalarType.Bool && bytes.IndexOfAnyExceptInRange((byte)0, (byte)1) is var at and >= 0)
            {
                var found = bytes[at];
                bytes.Clear(); // Any other byte is no value of a bool.
                throw Bad(
                    $"key '{key}' is of type Bool, so its bytes are 0 or 1, but byte {offset + start + at} is {found}");
            }
        }
    }

    /// <summary>The bytes at an offset.</summary>
    public byte[] Bytes(long offset, int count)
    {
        if (count > Length - offset)
            throw Bad($"{count} bytes at byte {offset} run past the end of the file ({Length} bytes)");
        var bytes = new byte[count];
        Copy(offset, bytes);
        return bytes;
    }

    public InvalidDataException Bad(string what, Exception? inner = null) => new($"{Path}: {what}.", inner);

    public void Dispose()
    {
        _map?.Dispose();
        _stream.Dispose();
    }
}
