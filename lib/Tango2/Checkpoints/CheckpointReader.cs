using Tango2.Files;

namespace Tango2.Checkpoints;

/// <summary>An open checkpoint: its header has been read and checked, its tensors are read one at a time.</summary>
/// <remarks>
/// Opening costs neither the time nor the memory that the tensors would take. Not for several threads at once.
/// </remarks>
internal abstract class CheckpointReader : IDisposable
{
    private protected CheckpointReader(string path) => Path = path;

    /// <summary>The file, or the index of its parts.</summary>
    public string Path { get; }

    /// <summary>What layout the file has, in words.</summary>
    public abstract string Format { get; }

    /// <summary>The tensors by name: types and shapes.</summary>
    public abstract IReadOnlyDictionary<string, CheckpointEntry> Entries { get; }

    /// <summary>The strings that the file holds about its tensors; empty for formats without.</summary>
    public virtual IReadOnlyDictionary<string, string> Metadata { get; } = new Dictionary<string, string>();

    /// <summary>Names of the objects that the file holds beside tensors; they are passed over and never run.</summary>
    public virtual IReadOnlyCollection<string> PassedOver { get; } = [];

    /// <summary>Bytes of the tensors, those of several in one storage counted once; of unknown types none.</summary>
    internal virtual long StoredBytes => Entries.Values.Sum(e => e.Bytes ?? 0);

    /// <summary>
    /// Opens a file of any layout: safetensors, PyTorch's (zip and older), or the index of a model in several of them;
    /// or the only one of these in a folder.
    /// </summary>
    /// <remarks>
    /// What a PyTorch file says is never run. Tensors in its dictionaries of dictionaries get names joined by dots, such as
    /// <c>state_dict.conv.weight</c>, which the prefix of
    /// <see cref="StateDict.Load(nn.Module, CheckpointReader, string)"/> takes; in lists and tuples the place is the name.
    /// </remarks>
    /// <exception cref="FileNotFoundException">There is no such file, or none in the folder.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is damaged: the message names file, key and offset. Or the folder has several: the message names them.
    /// </exception>
    public static CheckpointReader Open(string path)
    {
        if (Directory.Exists(path)) path = CheckpointFolder.Only(path);
        if (!File.Exists(path)) throw new FileNotFoundException($"There is no checkpoint {path}.", path);
        return path.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
            ? new ShardedReader(path)
            : OpenWhole(path);
    }

    /// <summary>Opens a file that holds tensors itself.</summary>
    internal static CheckpointReader OpenWhole(string path) =>
        path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase) || LooksLikeSafeTensors(path)
            ? SafeTensors.Open(path)
            : new TorchReader(path);

    /// <summary>Reads one tensor: new, contiguous, on the CPU and in the type that the file has.</summary>
    /// <exception cref="ArgumentException">There is no such key.</exception>
    /// <exception cref="InvalidDataException">
    /// The tensor's type cannot be loaded, its bytes are damaged, or the file has been cut since it was opened.
    /// </exception>
    public Tensor Read(string key)
    {
        var entry = Entry(key);
        var tensor = empty([.. entry.Shape], Loadable(entry), CPU);
        try
        {
            Fill(entry, tensor);
            return tensor;
        }
        catch
        {
            tensor.Dispose();
            throw;
        }
    }

    /// <summary>Copies one tensor into another, in that one's type and on its device.</summary>
    /// <remarks>
    /// A contiguous target on the CPU and of the file's type is filled from the file without a copy between.
    /// </remarks>
    /// <exception cref="ArgumentException">There is no such key, or the shapes differ.</exception>
    /// <exception cref="InvalidDataException">
    /// The tensor's type cannot be loaded, its bytes are damaged, or the file has been cut since it was opened.
    /// </exception>
    public void ReadInto(string key, Tensor target)
    {
        var entry = Entry(key);
        if (!target.shape.AsSpan().SequenceEqual([.. entry.Shape]))
            throw new ArgumentException($"target must be [{string.Join(", ", entry.Shape)}] as '{key}' is, " +
                $"but is [{string.Join(", ", target.shape)}].", nameof(target));
        using var unrecorded = no_grad();
        if (target.dtype == Loadable(entry) && target.device_type == DeviceType.CPU && target.is_contiguous())
        {
            Fill(entry, target);
            return;
        }
        using var read = Read(key);
        target.copy_(read);
    }

    /// <summary>Reads all tensors.</summary>
    public Dictionary<string, Tensor> ReadAll() => Entries.Keys.ToDictionary(key => key, Read);

    /// <inheritdoc/>
    public void Dispose()
    {
        Close();
        GC.SuppressFinalize(this);
    }

    private protected abstract void Close();

    /// <summary>Copies the entry's numbers into a contiguous tensor on the CPU of its type and shape.</summary>
    private protected abstract void Fill(CheckpointEntry entry, Tensor target);

    private CheckpointEntry Entry(string key) => Entries.TryGetValue(key, out var entry)
        ? entry
        : throw new ArgumentException($"{Path} has no tensor '{key}'.", nameof(key));

    private ScalarType Loadable(CheckpointEntry entry) => entry.Type.Loads ?? throw new InvalidDataException(
        entry.Type.Bits is null
            ? $"{Path}: key '{entry.Key}' has the unknown dtype '{entry.Type.Name}', which cannot be loaded."
            : $"{Path}: key '{entry.Key}' is of type {entry.Type.Name}, which cannot be loaded; convert it first, " +
                "for example to float32 where the file was made.");

    private static bool LooksLikeSafeTensors(string path)
    {
        using var stream = File.OpenRead(WrittenLinks.Follow(path));
        Span<byte> start = stackalloc byte[9];
        var read = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        return read == start.Length && start[8] == (byte)'{';
    }
}

/// <summary>One tensor of a checkpoint, as its header describes it.</summary>
/// <param name="Key">The name in the file.</param>
/// <param name="Type">The type of its numbers in the file.</param>
/// <param name="Shape">Its sizes, each 0 or more; none for a single number.</param>
internal record CheckpointEntry(string Key, NumberType Type, IReadOnlyList<long> Shape)
{
    internal const int MostDimensions = 64;

    /// <summary>How many numbers it has.</summary>
    public long Count => Shape.Aggregate(1L, (product, n) => product * n);

    /// <summary>How many bytes its numbers take; null if the size of its type is unknown.</summary>
    public virtual long? Bytes => Type.Bits is { } bits ? (long)((Int128)Count * bits / 8) : null;

    /// <summary>Type and shape as messages show them, such as <c>Float32 [320, 8, 3, 3]</c>.</summary>
    public string Describe() => $"{Type.Name} [{string.Join(", ", Shape)}]";

    /// <summary>What keeps a shape from being one of a tensor in a file; null if nothing does.</summary>
    internal static string? Problem(ReadOnlySpan<long> shape, NumberType type)
    {
        if (shape.Length > MostDimensions) return $"has {shape.Length} dimensions, over the limit of {MostDimensions}";
        var left = long.MaxValue / Math.Max(1, (type.Bits ?? 8) / 8);
        foreach (var n in shape) // An empty tensor's other sizes must be sound too: torch multiplies them.
        {
            if (n < 0) return $"has a negative size, {n}";
            if (n > 0 && (left /= n) == 0)
                return $"of shape [{string.Join(", ", shape.ToArray())}] is larger than any file";
        }
        return null;
    }
}

/// <summary>The checkpoint that a folder stands for.</summary>
internal static class CheckpointFolder
{
    private const int Named = 8; // in a message

    private static readonly string[] Endings = [".safetensors", ".bin", ".pt", ".pth", ".ckpt"];

    /// <summary>The folder's index, whose shards lie beside it; or else its only checkpoint.</summary>
    public static string Only(string folder)
    {
        var names = Directory.GetFiles(folder).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal).ToArray();
        string[] found = [.. names.Where(IsIndex)];
        if (found.Length == 0)
            found = [.. names.Where(n => Endings.Any(e => n.EndsWith(e, StringComparison.OrdinalIgnoreCase)))];
        return found switch
        {
            [var only] => Path.Combine(folder, only),
            [] => throw new FileNotFoundException(
                $"The folder {folder} has no checkpoint: expected an index such as model.safetensors.index.json, " +
                $"or a file that ends with {string.Join(", ", Endings)}.", folder),
            _ => throw new InvalidDataException($"The folder {folder} has {found.Length} checkpoints; name one of them: " +
                string.Join(", ", found.Take(Named)) + (found.Length > Named ? ", and others." : ".")),
        };
    }

    // Also of a variant, such as model.safetensors.index.fp16.json.
    private static bool IsIndex(string name) =>
        name.EndsWith(".json", StringComparison.OrdinalIgnoreCase) &&
        name.Contains(".index.", StringComparison.OrdinalIgnoreCase);
}
