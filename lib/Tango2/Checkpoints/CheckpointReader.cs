namespace Tango2.Checkpoints;

/// <summary>An open checkpoint: its header has been read and checked, its tensors are read one at a time.</summary>
/// <remarks>
/// Opening costs neither the time nor the memory that the tensors would take. Not for several threads at once.
/// </remarks>
public abstract class CheckpointReader : IDisposable
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

    /// <summary>
    /// Opens a file of any layout: safetensors, the index of a sharded one, or PyTorch's (zip and older).
    /// </summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged; the message names file, key and offset.</exception>
    public static CheckpointReader Open(string path)
    {
        if (!File.Exists(path)) throw new FileNotFoundException($"There is no checkpoint {path}.", path);
        if (path.EndsWith(".index.json", StringComparison.OrdinalIgnoreCase)) return SafeTensors.OpenSharded(path);
        return path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase) || LooksLikeSafeTensors(path)
            ? SafeTensors.Open(path)
            : TorchPickle.Open(path);
    }

    /// <summary>Reads one tensor: new, contiguous, on the CPU and in the type that the file has.</summary>
    /// <exception cref="ArgumentException">There is no such key.</exception>
    /// <exception cref="InvalidDataException">
    /// The tensor's bytes are damaged, or the file has been cut since it was opened.
    /// </exception>
    public Tensor Read(string key)
    {
        var entry = Entry(key);
        var tensor = empty([.. entry.Shape], entry.Type);
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
    /// The tensor's bytes are damaged, or the file has been cut since it was opened.
    /// </exception>
    public void ReadInto(string key, Tensor target)
    {
        var entry = Entry(key);
        if (!target.shape.AsSpan().SequenceEqual([.. entry.Shape]))
            throw new ArgumentException($"target must be [{string.Join(", ", entry.Shape)}] as '{key}' is, " +
                $"but is [{string.Join(", ", target.shape)}].", nameof(target));
        using var unrecorded = no_grad();
        if (target.dtype == entry.Type && target.device_type == DeviceType.CPU && target.is_contiguous())
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

    private static bool LooksLikeSafeTensors(string path)
    {
        using var stream = File.OpenRead(path);
        Span<byte> start = stackalloc byte[9];
        var read = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        return read == start.Length && start[8] == (byte)'{';
    }
}
