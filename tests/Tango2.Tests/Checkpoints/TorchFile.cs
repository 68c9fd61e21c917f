using System.Buffers.Binary;
using System.Collections;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using Tango2.Checkpoints;

namespace Tango2.Tests.Checkpoints;

/// <summary>Writes checkpoints as torch.save lays them out: enough of the pickle protocol 2 for nested dictionaries.</summary>
internal sealed class TorchFile
{
    private readonly List<byte> _pickle = [];
    private readonly List<(string Key, string Type, Tensor Numbers, long Count)> _storages = [];
    private readonly Dictionary<nint, int> _known = [];
    private readonly bool _legacy;

    private TorchFile(bool legacy) => _legacy = legacy;

    /// <summary>All tensors of a file, whatever its name.</summary>
    public static Dictionary<string, Tensor> Read(string path)
    {
        using var reader = new TorchReader(path);
        return reader.ReadAll();
    }

    /// <summary>The zip layout; values may be tensors, views, dictionaries, lists, text, integers, doubles, bools and null.</summary>
    public static void Write(string path, IDictionary root)
    {
        using var scope = NewDisposeScope();
        var file = new TorchFile(legacy: false);
        file.Pickle(root);
        using var archive = ZipFile.Open(path, ZipArchiveMode.Create);
        Stream Entry(string name) => archive.CreateEntry("archive/" + name, CompressionLevel.NoCompression).Open();
        void Small(string name, byte[] bytes)
        {
            using var stream = Entry(name);
            stream.Write(bytes);
        }
        Small("data.pkl", [.. file._pickle]);
        Small("byteorder", "little"u8.ToArray());
        foreach (var (key, _, numbers, _) in file._storages)
        {
            using var stream = Entry("data/" + key);
            CheckpointFile.InParts(numbers, (_, part) => stream.Write(part));
        }
        Small("version", "3\n"u8.ToArray());
    }

    /// <summary>The layout before torch 1.6.</summary>
    public static void WriteLegacy(string path, IDictionary root)
    {
        using var scope = NewDisposeScope();
        var file = new TorchFile(legacy: true);
        file.Bytes([0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, (byte)'.']);
        file.Pickle(1001L);
        file.Pickle(new Dictionary<string, object> { ["protocol_version"] = 1001L, ["little_endian"] = true });
        file.Pickle(root);
        file.Pickle(file._storages.Select(s => (object)s.Key).ToList());
        foreach (var (_, _, numbers, count) in file._storages)
        {
            var prefix = new byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(prefix, count);
            file.Bytes(prefix);
            CheckpointFile.InParts(numbers, (_, part) => file.Bytes(part));
        }
        File.WriteAllBytes(path, [.. file._pickle]);
    }

    private void Pickle(object value)
    {
        Bytes([0x80, 2]);
        Value(value);
        Bytes("."u8);
    }

    private void Value(object? value)
    {
        switch (value)
        {
            case null: Bytes("N"u8); break;
            case bool b: Bytes([(byte)(b ? 0x88 : 0x89)]); break;
            case long n: Bytes([0x8a, 8, .. BitConverter.GetBytes(n)]); break;
            case int n: Bytes([(byte)'J', .. BitConverter.GetBytes(n)]); break;
            case double d: Bytes([(byte)'G', .. BitConverter.GetBytes(d).Reverse()]); break;
            case string text: Text(text); break;
            case Tensor tensor: View(tensor); break;
            case IDictionary items: Dictionary(items); break;
            case IEnumerable items: List(items); break;
            default: throw new NotSupportedException(value.GetType().Name);
        }
    }

    private void Dictionary(IDictionary items)
    {
        Bytes("ccollections\nOrderedDict\n)R("u8);
        foreach (DictionaryEntry item in items)
        {
            Value(item.Key);
            Value(item.Value);
        }
        Bytes("u"u8);
    }

    private void List(IEnumerable items)
    {
        Bytes("]("u8);
        foreach (var item in items) Value(item);
        Bytes("e"u8);
    }

    /// <summary>The whole storage once, which is kept until it is written, and each tensor as a view of it.</summary>
    private void View(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        var plain = tensor.detach();
        var isView = !plain.is_contiguous() || plain.storage_offset() != 0;
        var all = isView ? plain.as_strided([Reach(plain)], [1], 0) : plain;
        var address = Address(all);
        if (!_known.TryGetValue(address, out var index))
        {
            index = _storages.Count;
            _storages.Add((index.ToString(CultureInfo.InvariantCulture), TypeOf(plain.dtype), all.alias().MoveToOuterDisposeScope(),
                all.numel()));
            if (all.numel() > 0) _known[address] = index;
        }
        var (key, type, _, count) = _storages[index];
        Bytes("ctorch._utils\n_rebuild_tensor_v2\n((X\u0007\0\0\0storagectorch\n"u8);
        Bytes(Encoding.ASCII.GetBytes(type + "\n"));
        Text(key);
        Text("cpu");
        Value(count);
        if (_legacy) Bytes("N"u8);
        Bytes("tQ"u8);
        Value(plain.storage_offset());
        Bytes("("u8);
        foreach (var size in plain.shape) Value(size);
        Bytes("t("u8);
        foreach (var stride in plain.stride()) Value(stride);
        Bytes("t"u8);
        Bytes([0x89]);
        Bytes("ccollections\nOrderedDict\n)RtR"u8);
    }

    private static long Reach(Tensor view) =>
        view.storage_offset() + 1 + view.shape.Zip(view.stride()).Sum(d => (d.First - 1) * d.Second);

    private static nint Address(Tensor tensor)
    {
        if (tensor.numel() == 0) return 0;
        ref var first = ref System.Runtime.InteropServices.MemoryMarshal.GetReference(tensor.bytes);
        return System.Runtime.CompilerServices.Unsafe.ByteOffset(
            ref System.Runtime.CompilerServices.Unsafe.NullRef<byte>(), ref first);
    }

    private static string TypeOf(ScalarType type) => type switch
    {
        ScalarType.Float32 => "FloatStorage",
        ScalarType.Float64 => "DoubleStorage",
        ScalarType.Float16 => "HalfStorage",
        ScalarType.BFloat16 => "BFloat16Storage",
        ScalarType.Int64 => "LongStorage",
        ScalarType.Int32 => "IntStorage",
        ScalarType.Int16 => "ShortStorage",
        ScalarType.Int8 => "CharStorage",
        ScalarType.Byte => "ByteStorage",
        ScalarType.Bool => "BoolStorage",
        _ => throw new NotSupportedException(type.ToString()),
    };

    private void Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Bytes([(byte)'X', .. BitConverter.GetBytes(bytes.Length), .. bytes]);
    }

    private void Bytes(ReadOnlySpan<byte> bytes) => _pickle.AddRange(bytes);
}
