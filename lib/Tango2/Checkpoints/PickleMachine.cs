// The pickle protocol 2 as torch.save writes it, and what 3 to 5 have instead: opcodes of Python's pickletools, written
// from their definition.
using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Tango2.Checkpoints;

/// <summary>
/// Reads one pickle into plain data. Only listed opcodes and names are known; nothing is ever executed.
/// </summary>
/// <remarks>
/// A pickle can repeat what it has built, so that few bytes ask for much work. Here each byte pays for what it asks:
/// steps are counted, and what may be repeated is short.
/// </remarks>
internal sealed class PickleMachine(Stream stream, string path)
{
    // A checkpoint of a thousand tensors takes about 40,000 steps.
    private const int MostSteps = 2_000_000, LongestKey = 1000, LongestStorageKey = 100, LongestNamePart = 256;
    private const long LongestPickle = 64 << 20; // bytes

    private static readonly HashSet<string> Inert =
    [
        "numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar", "numpy.core.multiarray._reconstruct",
        "numpy._core.multiarray._reconstruct", "numpy.dtype", "numpy.ndarray", "_codecs.encode", "torch.device",
        "torch.bool", "torch.uint8", "torch.int8", "torch.int16", "torch.int32", "torch.int64", "torch.float16",
        "torch.bfloat16", "torch.float32", "torch.float64",
    ];

    private readonly List<object?> _stack = [];
    private readonly Stack<int> _marks = [];
    private readonly Dictionary<uint, object?> _memo = [];
    private readonly long _start = stream.Position;
    private int _steps;

    /// <summary>The storages that the pickle refers to, by key.</summary>
    public Dictionary<string, PickleStorage> Storages { get; } = [];

    /// <summary>Reads up to the end of the pickle, and leaves the stream there.</summary>
    public object? Run()
    {
        for (var code = ReadByte(); code != '.'; code = ReadByte())
        {
            CountStep();
            Step(code);
        }
        return _stack.Count == 1 && _marks.Count == 0 ? Pop() : throw Bad("the pickle does not end with one value");
    }

    private void Step(byte code)
    {
        switch (code)
        {
            case 0x80 when ReadByte() is var version and (< 2 or > 5):
                throw Bad($"expected a pickle protocol from 2 to 5, found {version}");
            case 0x80: break;
            case (byte)'(': _marks.Push(_stack.Count); break;
            case (byte)'N': Push(null); break;
            case 0x88: Push(true); break;
            case 0x89: Push(false); break;
            case (byte)'J': Push((long)BinaryPrimitives.ReadInt32LittleEndian(Read(4))); break;
            case (byte)'K': Push((long)ReadByte()); break;
            case (byte)'M': Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Read(2))); break;
            case 0x8a: PushInteger(new(Read(ReadByte()))); break;
            case (byte)'G': Push(BinaryPrimitives.ReadDoubleBigEndian(Read(8))); break;
            case (byte)'X': Push(Encoding.UTF8.GetString(Read(ReadUInt32()))); break;
            case (byte)'T': Push(Encoding.Latin1.GetString(Read(ReadUInt32()))); break;
            case (byte)'U': Push(Encoding.Latin1.GetString(Read(ReadByte()))); break;
            case (byte)'B': Push(Encoding.Latin1.GetString(Read(ReadUInt32()))); break;
            case (byte)'C': Push(Encoding.Latin1.GetString(Read(ReadByte()))); break;
            case 0x8c: Push(Encoding.UTF8.GetString(Read(ReadByte()))); break;
            case 0x95: Read(8); break; // the length of a part that may be read at once
            case 0x94: _memo[(uint)_memo.Count] = Top(); break;
            case 0x93: Push(Global(string.Join('.', PopLast(2).Select(NamePart)))); break;
            case (byte)'c': Push(Global($"{ReadLine()}.{ReadLine()}")); break;
            case (byte)'q': _memo[ReadByte()] = Top(); break;
            case (byte)'r': _memo[ReadUInt32()] = Top(); break;
            case (byte)'h': Push(Remembered(ReadByte())); break;
            case (byte)'j': Push(Remembered(ReadUInt32())); break;
            case (byte)'Q': Push(Storage(Pop())); break;
            case (byte)'R': Reduce(); break;
            case (byte)'b': Build(); break;
            default: Collect(code); break;
        }
    }

    private void Collect(byte code)
    {
        switch (code)
        {
            case (byte)')': Push(Array.Empty<object?>()); break;
            case 0x85 or 0x86 or 0x87: Push(PopLast(code - 0x84)); break;
            case (byte)'t': Push(PopMarked()); break;
            case (byte)']': Push(new List<object?>()); break;
            case (byte)'l': Push(new List<object?>(PopMarked())); break;
            case (byte)'a': Append(PopLast(1)); break;
            case (byte)'e': Append(PopMarked()); break;
            case (byte)'}': Push(new Dictionary<object, object?>()); break;
            case (byte)'d':
                var items = PopMarked();
                Push(new Dictionary<object, object?>());
                SetItems(items);
                break;
            case (byte)'s': SetItems(PopLast(2)); break;
            case (byte)'u': SetItems(PopMarked()); break;
            default: throw Bad($"the pickle opcode 0x{code:x2} is not one that checkpoints use");
        }
    }

    private void Append(object?[] values) => Expect<List<object?>>(Top(), "a list").AddRange(values);

    private void SetItems(object?[] items)
    {
        var target = Expect<Dictionary<object, object?>>(Top(), "a dictionary");
        if (items.Length % 2 != 0) throw Bad("a dictionary's key has no value");
        for (var i = 0; i < items.Length; i += 2)
        {
            if (items[i] is not (string or long or bool or double))
                throw Bad($"expected text or a number as a dictionary's key, found {Describe(items[i])}");
            if (items[i] is string { Length: > LongestKey })
                throw Bad($"a dictionary's key is longer than {LongestKey} characters");
            target[items[i]!] = items[i + 1];
        }
    }

    private PickleGlobal Global(string name) =>
        name is "collections.OrderedDict" or "torch.Size" or "torch._utils._rebuild_parameter" or
            "torch._utils._rebuild_parameter_with_state" or "torch._utils._rebuild_tensor" or
            "torch._utils._rebuild_tensor_v2" ||
        Inert.Contains(name) || PickleStorage.TypeOf(name) is not null
            ? new(name)
            : throw Bad($"the file refers to '{name}', which no checkpoint of weights needs; it is refused and was not run");

    private string NamePart(object? part) => Expect<string>(part, "text") is { Length: <= LongestNamePart } name
        ? name : throw Bad($"a name is longer than {LongestNamePart} characters");

    private void Reduce()
    {
        var arguments = Expect<object?[]>(Pop(), "a tuple of arguments");
        var name = Expect<PickleGlobal>(Pop(), "a name").Name;
        switch (name)
        {
            case "collections.OrderedDict": OrderedDictionary(arguments); break;
            case "torch.Size" when arguments is [object?[] sizes]: Push(sizes); break;
            case "torch._utils._rebuild_parameter" or "torch._utils._rebuild_parameter_with_state"
                when arguments is [PickleTensor parameter, ..]:
                Push(parameter);
                break;
            case "torch._utils._rebuild_tensor" or "torch._utils._rebuild_tensor_v2"
                when arguments is [PickleStorage storage, long offset, object?[] size, object?[] stride, ..]:
                if (Math.Max(size.Length, stride.Length) is var most and > CheckpointEntry.MostDimensions)
                    throw Bad($"a tensor in storage '{storage.Key}' has {most} dimensions, over the limit of " +
                        $"{CheckpointEntry.MostDimensions}");
                var tensor = new PickleTensor(storage, offset, Integers(size), Integers(stride));
                if (tensor.Problem() is { } problem) throw Bad($"a tensor in storage '{storage.Key}' {problem}");
                Push(tensor);
                break;
            case var inert when Inert.Contains(inert): Push(new PickleOpaque(inert)); break;
            default:
                throw Bad($"'{name}' has unexpected arguments ({string.Join(", ", arguments.Take(8).Select(Describe))})");
        }
    }

    private void OrderedDictionary(object?[] arguments)
    {
        Push(new Dictionary<object, object?>());
        if (arguments.Length == 0) return;
        foreach (var pair in Expect<List<object?>>(arguments[0], "a list of pairs"))
        {
            CountStep();
            if (pair is not (List<object?> { Count: 2 } or object?[] { Length: 2 }))
                throw Bad($"expected a pair, found {Describe(pair)}");
            SetItems(pair is List<object?> list ? [.. list] : (object?[])pair);
        }
    }

    /// <summary>
    /// Drops the attributes that follow a dictionary (a state dict's version numbers) or an opaque value.
    /// </summary>
    private void Build()
    {
        Pop();
        if (Top() is not (Dictionary<object, object?> or PickleOpaque))
            throw Bad($"expected a dictionary before the BUILD opcode, found {Describe(Top())}");
    }

    private PickleStorage Storage(object? id)
    {
        if (id is not object?[] { Length: <= 6 } parts ||
            parts is not ["storage", PickleGlobal { Name: var type }, string key, string, long count, ..])
            throw Bad($"expected the identity of a storage, found {Describe(id)}");
        if (key.Length > LongestStorageKey) throw Bad($"a storage's key is longer than {LongestStorageKey} characters");
        if (parts is [.., not null] and { Length: 6 })
            throw Bad($"storage '{key}' is a view of another; save the file again with a newer torch");
        var storage = new PickleStorage(key, PickleStorage.TypeOf(type) ?? throw Bad($"'{type}' is no storage"), count);
        if (count < 0 || count > long.MaxValue / storage.ElementBytes)
            throw Bad($"storage '{key}' has {count} elements");
        if (Storages.TryAdd(key, storage)) return storage;
        var known = Storages[key];
        return known == storage ? known : throw Bad($"storage '{key}' is described in two ways: " +
            $"{known.Count} of {known.Type}, and {count} of {storage.Type}");
    }

    private long[] Integers(object?[] values) => [.. values.Select(v => Expect<long>(v, "an integer"))];

    private void PushInteger(BigInteger value)
    {
        if (value >= long.MinValue && value <= long.MaxValue) Push((long)value);
        else Push(value);
    }

    private object? Remembered(uint index) =>
        _memo.TryGetValue(index, out var value) ? value : throw Bad($"nothing was remembered as {index}");

    private void Push(object? value) => _stack.Add(value);

    private object? Pop()
    {
        var value = Top();
        _stack.RemoveAt(_stack.Count - 1);
        return value;
    }

    private object? Top()
    {
        Need(1);
        return _stack[^1];
    }

    private object?[] PopMarked() =>
        _marks.TryPop(out var mark) ? PopLast(_stack.Count - mark) : throw Bad("the pickle's stack has no mark");

    private object?[] PopLast(int count)
    {
        Need(count);
        var values = _stack[^count..].ToArray();
        _stack.RemoveRange(_stack.Count - count, count);
        return values;
    }

    private void Need(int count)
    {
        if (_stack.Count - (_marks.TryPeek(out var mark) ? mark : 0) < count) throw Bad("the pickle's stack is empty");
    }

    private T Expect<T>(object? value, string what) =>
        value is T found ? found : throw Bad($"expected {what}, found {Describe(value)}");

    private static string Describe(object? value) => value switch
    {
        null => "None",
        PickleGlobal global => $"'{global.Name}'",
        string => "text",
        object?[] => "a tuple",
        List<object?> => "a list",
        Dictionary<object, object?> => "a dictionary",
        PickleTensor => "a tensor",
        PickleStorage => "a storage",
        _ => value.GetType().Name,
    };

    private void CountStep()
    {
        if (++_steps > MostSteps) throw Bad($"the pickle takes more than {MostSteps} steps");
        if (stream.Position - _start > LongestPickle) throw Bad($"the pickle is longer than {LongestPickle} bytes");
    }

    private byte ReadByte() => stream.ReadByte() is var b and >= 0 ? (byte)b : throw Bad("the pickle is cut off");

    private uint ReadUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Read(4));

    private byte[] Read(long count)
    {
        if (count > stream.Length - stream.Position)
            throw Bad($"a value of {count} bytes runs past the end of the pickle");
        if (count > LongestPickle) throw Bad($"a value of {count} bytes is longer than weights need");
        var bytes = new byte[count];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private string ReadLine()
    {
        var line = new StringBuilder();
        for (var b = ReadByte(); b != '\n'; b = ReadByte())
        {
            if (line.Length == LongestNamePart) throw Bad($"a name is longer than {LongestNamePart} characters");
            line.Append((char)b);
        }
        return line.ToString();
    }

    private InvalidDataException Bad(string what) => new($"{path}: {what} (byte {stream.Position} of the pickle).");
}
