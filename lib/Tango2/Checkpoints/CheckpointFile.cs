using Tango2.Files;

namespace Tango2.Checkpoints;

/// <summary>A file of which parts are copied straight to where they belong.</summary>
/// <remarks>
/// It is read, not mapped: a mapping costs a system call for each tensor and a page fault for every 4 KiB.
/// What is read is in no memory of this process but the target's, so filling a network costs its own size.
/// </remarks>
internal sealed class CheckpointFile : IDisposable
{
    /// <summary>Does something with a part of a tensor's bytes.</summary>
    public delegate void PartHandler(long at, Span<byte> part);

    private const int Most = 1 << 30; // bytes of one read

    private readonly FileStream _stream;

    public CheckpointFile(string path)
    {
        Path = path;
        _stream = File.OpenRead(WrittenLinks.Follow(path));
        Length = RandomAccess.GetLength(_stream.SafeFileHandle);
    }

    public string Path { get; }

    public long Length { get; }

    /// <summary>The same file as a stream, for what is read from front to back.</summary>
    public Stream Stream => _stream;

    /// <summary>Copies the bytes at an offset; the file must have them.</summary>
    public void Copy(long offset, Span<byte> target)
    {
        var length = Math.Min(Length, RandomAccess.GetLength(_stream.SafeFileHandle));
        if (offset < 0 || offset > length - target.Length)
            throw Bad($"{target.Length} bytes at byte {offset} run past the end of the file ({length} bytes)");
        while (!target.IsEmpty)
        {
            var part = target[..Math.Min(Most, target.Length)];
            var copied = RandomAccess.Read(_stream.SafeFileHandle, part, offset);
            if (copied == 0) throw Bad($"nothing can be read at byte {offset}");
            offset += copied;
            target = target[copied..];
        }
    }

    /// <summary>Copies the bytes at an offset into a contiguous tensor on the CPU, which they fill.</summary>
    public void Copy(long offset, Tensor target, string key)
    {
        InParts(target, (at, part) => Copy(offset + at, part));
        CheckBools(offset, target, key);
    }

    /// <summary>Hands over a contiguous CPU tensor's bytes in order, in parts as long as spans can be.</summary>
    public static void InParts(Tensor tensor, PartHandler handle)
    {
        if (tensor.numel() == 0) return;
        using var scope = NewDisposeScope();
        using var unrecorded = no_grad();
        var (flat, size) = (tensor.detach().view(-1), tensor.element_size());
        const long Step = 64 << 20; // elements; a span holds fewer than 2^31 bytes
        for (var start = 0L; start < flat.shape[0]; start += Step)
            handle(start * size, flat.narrow(0, start, Math.Min(Step, flat.shape[0] - start)).bytes);
    }

    /// <summary>Refuses a byte that is no value of a bool; the first one stood at the offset.</summary>
    public void CheckBools(long offset, Tensor read, string key)
    {
        if (read.dtype != ScalarType.Bool) return;
        InParts(read, (start, bytes) =>
        {
            if (bytes.IndexOfAnyExceptInRange((byte)0, (byte)1) is not (var at and >= 0)) return;
            var found = bytes[at];
            bytes.Clear();
            throw Bad(
                $"key '{key}' is of type Bool, so its bytes are 0 or 1, but byte {offset + start + at} is {found}");
        });
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

    public void Dispose() => _stream.Dispose();
}
