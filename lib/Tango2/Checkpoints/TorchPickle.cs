// The two layouts of torch.save: a zip archive (since 1.6), and several pickles followed by raw storages (before).
using System.Buffers.Binary;
using System.IO.Compression;
using System.Numerics;

namespace Tango2.Checkpoints;

/// <summary>Reads the weights out of PyTorch's own checkpoints (.bin, .pt, .pth, .ckpt) without running what they say.</summary>
/// <remarks>
/// A pickle is a program. This reader knows the few instructions and names that weights need, and refuses all others.
/// </remarks>
public static class TorchPickle
{
    private const int DeepestDictionary = 16, MostItems = 2_000_000; // A dictionary may hold itself, even many times.
    private static readonly BigInteger Magic = BigInteger.Parse("119547037146038801333356");

    /// <summary>Reads every tensor, contiguous, on the CPU and in the type that the file has.</summary>
    /// <remarks>
    /// Tensors in dictionaries of dictionaries get names joined by dots, such as <c>state_dict.conv.weight</c>, which
    /// the prefix of <see cref="StateDict.Load"/> takes. Values that are not tensors are passed over.
    /// </remarks>
    /// <exception cref="InvalidDataException">The file is damaged, or asks for more than weights need.</exception>
    public static Dictionary<string, Tensor> Read(string path)
    {
        using var stream = File.OpenRead(path);
        try
        {
            var start = new byte[Math.Min(64, stream.Length)];
            stream.ReadExactly(start);
            stream.Position = 0;
            if (start.Length == 0) throw Bad(path, "the file is empty");
            if (start.AsSpan().StartsWith("version https://git-lfs"u8))
                throw Bad(path, "this is a Git LFS pointer, not the checkpoint; fetch the file that it points to");
            return start.AsSpan().StartsWith("PK"u8) ? ReadZip(stream, path) : ReadLegacy(stream, path);
        }
        catch (Exception e) when (e is EndOfStreamException or OverflowException ||
            (e is InvalidDataException && !e.Message.StartsWith(path, StringComparison.Ordinal)))
        {
            throw Bad(path, $"the checkpoint is damaged or cut off: {e.Message.TrimEnd('.')}", e);
        }
    }

    private static Dictionary<string, Tensor> ReadZip(FileStream stream, string path)
    {
        using var archive = new ZipArchive(stream, ZipArchiveMode.Read);
        var pickles = archive.Entries.Where(e => e.FullName == "data.pkl" || e.FullName.EndsWith("/data.pkl", StringComparison.Ordinal)).ToArray();
        if (pickles is not [var entry]) throw Bad(path, $"expected one data.pkl in the archive, found {pickles.Length}");
        var folder = entry.FullName[..^"data.pkl".Length];
        if (archive.GetEntry(folder + "byteorder") is { } order && Bytes(order, path).AsSpan().SequenceEqual("big"u8))
            throw Bad(path, "its numbers are big-endian, which is not supported");
        var root = new PickleMachine(new MemoryStream(Bytes(entry, path)), path).Run();
        var tensors = Tensors(root, stream.Length, path);
        var result = new Dictionary<string, Tensor>();
        foreach (var group in tensors.GroupBy(t => t.Tensor.Storage))
        {
            var storage = group.Key;
            var data = archive.GetEntry($"{folder}data/{storage.Key}")
                ?? throw Bad(path, $"storage '{storage.Key}' of tensor '{group.First().Name}' is missing");
            CheckStored(data, path);
            if (data.Length != checked(storage.Count * storage.ElementBytes))
                throw Bad(path, $"storage '{storage.Key}' of tensor '{group.First().Name}' has {data.Length} bytes, " +
                    $"expected {storage.Count} elements of {storage.ElementBytes}");
            using var content = data.Open();
            Materialise(content, storage, group, result);
        }
        return result;
    }

    private static Dictionary<string, Tensor> ReadLegacy(FileStream stream, string path)
    {
        if (new PickleMachine(stream, path).Run() is not BigInteger magic || magic != Magic)
            throw Bad(path, "expected a checkpoint of torch.save, found another pickle");
        if (new PickleMachine(stream, path).Run() is not 1001L) throw Bad(path, "expected version 1001 of the old layout");
        if (new PickleMachine(stream, path).Run() is not Dictionary<object, object?> system ||
            !system.TryGetValue("little_endian", out var little) || little is not true)
            throw Bad(path, "expected a checkpoint written on a little-endian machine");
        var tensors = Tensors(new PickleMachine(stream, path).Run(), stream.Length, path);
        var groups = tensors.GroupBy(t => t.Tensor.Storage).ToDictionary(g => g.Key.Key);
        var keys = new PickleMachine(stream, path).Run() as List<object?> ?? throw Bad(path, "expected a list of storages");
        var result = new Dictionary<string, Tensor>();
        foreach (var item in keys)
        {
            var key = item as string ?? throw Bad(path, "expected text as a storage's key");
            if (!groups.Remove(key, out var group)) throw Bad(path, $"storage '{key}' belongs to no tensor, or stands twice");
            var prefix = new byte[8];
            stream.ReadExactly(prefix);
            var count = BinaryPrimitives.ReadInt64LittleEndian(prefix);
            if (count != group.Key.Count) throw Bad(path, $"storage '{key}' has {count} elements, expected {group.Key.Count}");
            if (checked(count * group.Key.ElementBytes) > stream.Length - stream.Position)
                throw Bad(path, $"storage '{key}' at byte {stream.Position} runs past the end: the file is cut off");
            Materialise(stream, group.Key, group, result);
        }
        if (groups.Count > 0) throw Bad(path, $"storage '{groups.Keys.First()}' is missing");
        return result;
    }

    private static void Materialise(
        Stream content, PickleStorage storage, IEnumerable<(string Name, PickleTensor Tensor)> tensors,
        Dictionary<string, Tensor> result)
    {
        using var numbers = empty(storage.Count, storage.Type);
        if (storage.Count > 0) content.ReadExactly(numbers.bytes);
        foreach (var (name, (_, offset, size, stride)) in tensors)
        {
            using var view = numbers.as_strided(size, stride, offset);
            result.Add(name, empty(size, storage.Type).copy_(view));
        }
    }

    private static List<(string Name, PickleTensor Tensor)> Tensors(object? root, long fileLength, string path)
    {
        var found = new List<(string Name, PickleTensor Tensor)>();
        var items = 0;
        Gather(root as Dictionary<object, object?> ?? throw Bad(path, "expected a dictionary of tensors at the top"), "", 0);
        if (found.GroupBy(t => t.Name).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw Bad(path, $"tensor '{twice.Key}' stands twice");
        if (found.Select(t => t.Tensor.Storage).Distinct().CountBy(s => s.Key).FirstOrDefault(c => c.Value > 1) is { Key: { } key })
            throw Bad(path, $"storage '{key}' is described in two ways");
        // Views may repeat a storage's numbers; a small file must not fill the memory that way.
        if (found.Aggregate(0L, (sum, t) => checked(sum + t.Tensor.Bytes)) is var bytes && bytes > 4 * fileLength + (64 << 20))
            throw Bad(path, $"its tensors need {bytes} bytes, far more than the file's {fileLength}");
        return found;

        void Gather(Dictionary<object, object?> values, string prefix, int depth)
        {
            foreach (var (part, value) in values)
            {
                if (depth == DeepestDictionary || ++items > MostItems)
                    throw Bad(path, "its dictionaries are nested too deeply");
                var name = prefix + Convert.ToString(part, System.Globalization.CultureInfo.InvariantCulture);
                if (value is PickleTensor tensor) found.Add((name, tensor));
                else if (value is Dictionary<object, object?> inner) Gather(inner, name + ".", depth + 1);
            }
        }
    }

    private static byte[] Bytes(ZipArchiveEntry entry, string path)
    {
        CheckStored(entry, path);
        var bytes = new byte[entry.Length];
        using var content = entry.Open();
        content.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>torch.save does not compress; an entry that claims more bytes than it has could fill the memory.</summary>
    private static void CheckStored(ZipArchiveEntry entry, string path)
    {
        if (entry.CompressedLength != entry.Length)
            throw Bad(path, $"its entry '{entry.FullName}' is compressed, expected it stored");
    }

    private static InvalidDataException Bad(string path, string what, Exception? inner = null) => new($"{path}: {what}.", inner);
}
