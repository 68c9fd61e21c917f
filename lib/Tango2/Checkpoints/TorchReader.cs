// The two layouts of torch.save: a zip archive (since 1.6), and several pickles followed by raw storages (before).
using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;

namespace Tango2.Checkpoints;

/// <summary>
/// An open checkpoint of PyTorch (.bin, .pt, .pth, .ckpt): its pickles have been read, its storages are where they were.
/// </summary>
/// <remarks>
/// A pickle is a program. This reader knows the few instructions that weights need, and runs nothing: an object that is
/// not made of tensors is passed over, whatever its class, and a name that only an attack needs, such as
/// <c>os.system</c>, is refused.
/// </remarks>
internal sealed class TorchReader : CheckpointReader
{
    private const int DeepestDictionary = 16; // A dictionary may hold itself, even many times.
    private const int MostItems = 2_000_000, MostTensors = 200_000; // of all dictionaries and lists; tensors and what may hold them
    private const int LongestName = 2000, MostNames = 32 << 20; // characters, of one and of all
    private const long LongestPickle = 64 << 20; // bytes
    private static readonly BigInteger Magic = BigInteger.Parse("119547037146038801333356", CultureInfo.InvariantCulture);

    private readonly CheckpointFile _file;
    private readonly Dictionary<string, CheckpointEntry> _entries = [];
    private readonly Dictionary<string, long> _starts = []; // where in the file a storage begins
    private readonly Dictionary<string, string> _deflated = []; // the zip's entry of a storage that cannot be read in place
    private IReadOnlyCollection<string> _passedOver = [];
    private ZipDirectory? _zip;
    private PickleStorage? _unsized; // of the old layout: nothing after it can be found
    private (PickleStorage Storage, NumberType Type, Tensor Numbers)? _inflated; // the storage that was read last

    public TorchReader(string path) : base(path)
    {
        _file = new(path);
        try
        {
            var start = _file.Bytes(0, (int)Math.Min(64, _file.Length)).AsSpan();
            if (start.IsEmpty) throw _file.Bad("the file is empty");
            if (start.StartsWith("version https://git-lfs"u8))
                throw _file.Bad("this is a Git LFS pointer, not the checkpoint; fetch the file that it points to");
            IsZip = start.StartsWith("PK"u8);
            if (IsZip) OpenZip();
            else OpenLegacy();
        }
        catch (EndOfStreamException e)
        {
            _file.Dispose();
            throw _file.Bad("the checkpoint is cut off", e);
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    public override string Format => IsZip ? "PyTorch zip" : "PyTorch before 1.6";

    public override IReadOnlyDictionary<string, CheckpointEntry> Entries => _entries;

    public override IReadOnlyCollection<string> PassedOver => _passedOver;

    /// <summary>What the dictionary at the top holds, tensors and all else.</summary>
    internal IReadOnlyDictionary<object, object?> Items { get; private set; } = new Dictionary<object, object?>();

    internal override long StoredBytes => _entries.Values.Select(e => (PickleEntry)e)
        .GroupBy(e => e.Tensor.Storage.Key).Sum(e => e.Max(t => t.Bytes ?? 0));

    private bool IsZip { get; }

    private protected override void Close()
    {
        _inflated?.Numbers.Dispose();
        _file.Dispose();
    }

    private protected override void Fill(CheckpointEntry entry, Tensor target)
    {
        if (entry.Count == 0) return;
        var view = ((PickleEntry)entry).Tensor;
        if (_deflated.TryGetValue(view.Storage.Key, out var name))
        {
            using var inflated = Inflated(view, name, entry.Key).as_strided(view.Size, view.Stride, view.Offset);
            target.copy_(inflated);
            return;
        }
        if (!_starts.TryGetValue(view.Storage.Key, out var start))
            throw _file.Bad($"key '{entry.Key}' cannot be found: it lies behind storage '{_unsized!.Key}' of type " +
                $"{_unsized.Type.Name}, whose size is unknown");
        var at = start + view.Offset * view.Type.Bytes;
        if (view.IsContiguous)
        {
            _file.Copy(at, target, entry.Key);
            return;
        }
        using var numbers = empty(view.Reach, view.Type.Loads, CPU);
        _file.Copy(at, numbers, entry.Key);
        using var strided = numbers.as_strided(view.Size, view.Stride, 0);
        target.copy_(strided);
    }

    /// <summary>All numbers of a deflated storage. They are kept, since the tensors in it are mostly read in turn.</summary>
    private Tensor Inflated(PickleTensor view, string name, string key)
    {
        if (_inflated is { } known && known.Storage == view.Storage && known.Type == view.Type) return known.Numbers;
        _inflated?.Numbers.Dispose();
        _inflated = null;
        var numbers = empty(view.Capacity!.Value, view.Type.Loads, CPU).DetachFromDisposeScope();
        try
        {
            _zip!.Inflate(name, stream => CheckpointFile.InParts(numbers, (_, part) => stream.ReadExactly(part)));
            _file.CheckBools(0, numbers, key);
        }
        catch
        {
            numbers.Dispose();
            throw;
        }
        _inflated = (view.Storage, view.Type, numbers);
        return numbers;
    }

    private void OpenZip()
    {
        var zip = _zip = new ZipDirectory(_file);
        var pickles = zip.Names.Where(n => n == "data.pkl" || n.EndsWith("/data.pkl", StringComparison.Ordinal)).ToArray();
        if (pickles is not [var pickle])
            throw _file.Bad($"expected one data.pkl in the archive, found {pickles.Length}");
        var folder = pickle[..^"data.pkl".Length];
        var order = folder + "byteorder";
        if (zip.Contains(order) && zip.Bytes(order, most: 16).AsSpan().SequenceEqual("big"u8))
            throw _file.Bad("its numbers are big-endian, which is not supported");
        var machine = new PickleMachine(new MemoryStream(zip.Bytes(pickle, LongestPickle)), Path);
        Gather(machine.Run(), zip.TotalSize);
        _passedOver = machine.PassedOver;
        foreach (var (name, storage) in UsedStorages())
        {
            var place = $"{folder}data/{storage.Key}";
            if (!zip.Contains(place)) throw _file.Bad($"storage '{storage.Key}' of tensor '{name}' is missing");
            if (storage.Bytes is { } bytes && zip.SizeOf(place) != bytes)
                throw _file.Bad($"storage '{storage.Key}' of tensor '{name}' has {zip.SizeOf(place)} bytes, " +
                    $"expected {storage.Count} elements of {storage.Type.Bits / 8}");
            if (zip.IsDeflated(place)) _deflated[storage.Key] = place;
            else _starts[storage.Key] = zip.StartOf(place);
        }
    }

    private void OpenLegacy()
    {
        var stream = _file.Stream;
        stream.Position = 0;
        object? Next() => new PickleMachine(stream, Path).Run();
        if (Next() is not BigInteger magic || magic != Magic)
            throw _file.Bad("expected a checkpoint of torch.save, found another pickle");
        if (Next() is not 1001L) throw _file.Bad("expected version 1001 of the old layout");
        if (Next() is not Dictionary<object, object?> system || !system.TryGetValue("little_endian", out var little) ||
            little is not true)
            throw _file.Bad("expected a checkpoint written on a little-endian machine");
        var machine = new PickleMachine(stream, Path);
        Gather(machine.Run(), _file.Length);
        _passedOver = machine.PassedOver;
        var keys = Next() as List<object?> ?? throw _file.Bad("expected a list of storages");
        foreach (var item in keys)
        {
            var key = item as string ?? throw _file.Bad("expected text as a storage's key");
            if (!machine.Storages.TryGetValue(key, out var storage) || _starts.ContainsKey(key))
                throw _file.Bad($"storage '{key}' belongs to no tensor, or stands twice");
            var prefix = new byte[8];
            stream.ReadExactly(prefix);
            var count = BinaryPrimitives.ReadInt64LittleEndian(prefix);
            if (count != storage.Count)
                throw _file.Bad($"storage '{key}' has {count} elements, expected {storage.Count}");
            if (storage.Bytes > stream.Length - stream.Position)
                throw _file.Bad($"storage '{key}' at byte {stream.Position} runs past the end: the file is cut off");
            _starts[key] = stream.Position;
            if (storage.Bytes is not { } bytes)
            {
                _unsized = storage;
                return;
            }
            stream.Position += bytes;
        }
        if (UsedStorages().FirstOrDefault(s => !_starts.ContainsKey(s.Storage.Key)) is { Storage: { } missing })
            throw _file.Bad($"storage '{missing.Key}' is missing");
    }

    private IEnumerable<(string Name, PickleStorage Storage)> UsedStorages() => _entries.Values
        .Select(e => (e.Key, ((PickleEntry)e).Tensor.Storage)).DistinctBy(s => s.Storage.Key);

    private Dictionary<object, object?> Top(object? root) => root switch
    {
        Dictionary<object, object?> named => named,
        PickleOpaque { Items: { } items } => items,
        PickleOpaque whole => throw _file.Bad($"expected a dictionary of tensors at the top, found an object of " +
            $"'{whole.Name}', which was saved whole; save its state_dict() where it was made"),
        _ => throw _file.Bad("expected a dictionary of tensors at the top"),
    };

    /// <summary>Finds the tensors in a dictionary, and in the dictionaries, lists and tuples inside it.</summary>
    private void Gather(object? root, Int128 stored)
    {
        var (items, tensors, letters, bytes) = (0, 0, 0L, (Int128)0);
        var top = Top(root);
        Items = top;
        Inside(top, "", 0);

        void Inside(object values, string prefix, int depth)
        {
            foreach (var (part, value) in Parts(values))
            {
                var counts = value is PickleTensor or Dictionary<object, object?> or IList<object?> or PickleOpaque { Items: not null };
                if (depth == DeepestDictionary || ++items > MostItems || (counts && ++tensors > MostTensors))
                    throw _file.Bad("its dictionaries are nested too deeply");
                if (!counts) continue;
                var name = prefix + Convert.ToString(part, CultureInfo.InvariantCulture);
                if (name.Length > LongestName || (letters += name.Length) > MostNames)
                    throw _file.Bad("the names of its tensors are too long");
                if (value is PickleTensor tensor) Add(new(name, tensor));
                else Inside(value!, name + ".", depth + 1);
            }
        }

        static IEnumerable<(object Part, object? Value)> Parts(object values) =>
            (values is PickleOpaque opaque ? opaque.Items : values) is Dictionary<object, object?> named
                ? named.Select(item => (item.Key, item.Value))
                : ((IList<object?>)values).Select((item, i) => ((object)i, item));

        void Add(PickleEntry entry)
        {
            if (!_entries.TryAdd(entry.Key, entry)) throw _file.Bad($"tensor '{entry.Key}' stands twice");
            // Views may repeat a storage's numbers; a small file must not fill the memory that way.
            if ((bytes += entry.Bytes ?? entry.Count / 8) > 4 * stored + (64 << 20))
                throw _file.Bad($"its tensors need {bytes} bytes and more, far more than the file's {stored}");
        }
    }
}
