// The pickle protocol 2 as torch.save writes it, and what 3 to 5 have instead: opcodes of Python's pickletools, written
// from their definition.
using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Tango2.Checkpoints;

/// <summary>
/// Reads one pickle into plain data. Only listed opcodes are known; nothing is ever executed, whatever the pickle names.
/// </summary>
/// <remarks>
/// A pickle can repeat what it has built, so that few bytes ask for much work. Here each byte pays for what it asks:
/// steps are counted, and what may be repeated is short.
/// </remarks>
internal sealed class PickleMachine(Stream stream, string path)
{
    // A checkpoint of a thousand tensors takes about 40,000 steps.
    private const int MostSteps = 2_000_000, LongestKey = 1000, LongestNamePart = 256;
    private const long LongestPickle = 64 << 20; // bytes

    private readonly List<object?> _stack = [];
    private readonly Stack<int> _marks = [];
    private readonly Dictionary<uint, object?> _memo = [];
    private readonly PickleObjects _objects = new();
    private readonly long _start = stream.Position;
    private int _steps;

    /// <summary>The storages that the pickle refers to, by key.</summary>
    public IReadOnlyDictionary<string, PickleStorage> Storages => _objects.Storages;

    /// <summary>Names of the objects that stayed opaque.</summary>
    public IReadOnlyCollection<string> PassedOver => _objects.PassedOver;

    /// <summary>Reads up to the end of the pickle, and leaves the stream there.</summary>
    public object? Run()
    {
        try
        {
            for (var code = ReadByte(); code != '.'; code = ReadByte())
            {
                CountStep();
                Step(code);
            }
        }
        catch (PickleException e)
        {
            throw Bad(e.Message);
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
            case 0x8b: PushInteger(new(Read(ReadUInt32()))); break;
            case (byte)'G': Push(BinaryPrimitives.ReadDoubleBigEndian(Read(8))); break;
            case (byte)'X': Push(Encoding.UTF8.GetString(Read(ReadUInt32()))); break;
            case (byte)'T': Push(Encoding.Latin1.GetString(Read(ReadUInt32()))); break;
            case (byte)'U': Push(Encoding.Latin1.GetString(Read(ReadByte()))); break;
            case (byte)'B': Push(Encoding.Latin1.GetString(Read(ReadUInt32()))); break;
            case (byte)'C': Push(Encoding.Latin1.GetString(Read(ReadByte()))); break;
            case 0x8c: Push(Encoding.UTF8.GetString(Read(ReadByte()))); break;
            case 0x8d: Push(Encoding.UTF8.GetString(Read(ReadInt64()))); break;
            case 0x8e or 0x96: Push(Encoding.Latin1.GetString(Read(ReadInt64()))); break;
            case 0x95: Read(8); break; // the length of a part that may be read at once
            case 0x94: _memo[(uint)_memo.Count] = Top(); break;
            case 0x93: Push(PickleObjects.Global(string.Join('.', PopLast(2).Select(NamePart)))); break;
            case (byte)'c': Push(PickleObjects.Global($"{ReadLine()}.{ReadLine()}")); break;
            case 0x82: Push(_objects.Opaque($"extension {ReadByte()}")); break;
            case 0x83: Push(_objects.Opaque($"extension {BinaryPrimitives.ReadUInt16LittleEndian(Read(2))}")); break;
            case 0x84: Push(_objects.Opaque($"extension {ReadUInt32()}")); break;
            case (byte)'q': _memo[ReadByte()] = Top(); break;
            case (byte)'r': _memo[ReadUInt32()] = Top(); break;
            case (byte)'h': Push(Remembered(ReadByte())); break;
            case (byte)'j': Push(Remembered(ReadUInt32())); break;
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
            default: Make(code); break;
        }
    }

    private void Make(byte code)
    {
        switch (code)
        {
            case (byte)'Q': Push(_objects.Persistent(Pop())); break;
            case (byte)'R': Call(Arguments()); break;
            case 0x81: Call(Arguments()); break; // a new object of a class
            case 0x92: Pop(); Call(Arguments()); break; // the same, with named arguments
            case (byte)'i': Call(PickleObjects.Global($"{ReadLine()}.{ReadLine()}"), PopMarked()); break;
            case (byte)'o' when PopMarked() is [var made, .. var with]: Call(made, with); break;
            case (byte)'b': Build(); break;
            case 0x8f: Push(_objects.Opaque("set")); break;
            case 0x90: PopMarked(); Expect<PickleOpaque>(Top(), "a set"); break;
            case 0x91: PopMarked(); Push(_objects.Opaque("frozenset")); break;
            case (byte)'0' when _stack.Count == (_marks.TryPeek(out var mark) ? mark : 0): PopMarked(); break;
            case (byte)'0': Pop(); break;
            case (byte)'1': PopMarked(); break;
            case (byte)'2': Push(Top()); break;
            default: throw Bad($"the pickle opcode 0x{code:x2} is not one that checkpoints use");
        }
    }

    private void Append(object?[] values)
    {
        if (Top() is not PickleOpaque opaque)
        {
            Expect<List<object?>>(Top(), "a list").AddRange(values);
            return;
        }
        opaque.Items ??= [];
        foreach (var value in values) opaque.Items[(long)opaque.Items.Count] = value;
    }

    private void SetItems(object?[] items)
    {
        var target = Top() is PickleOpaque opaque
            ? opaque.Items ??= []
            : Expect<Dictionary<object, object?>>(Top(), "a dictionary");
        if (items.Length % 2 != 0) throw Bad("a dictionary's key has no value");
        for (var i = 0; i < items.Length; i += 2)
        {
            if (items[i] is string { Length: > LongestKey })
                throw Bad($"a dictionary's key is longer than {LongestKey} characters");
            // A key that is no name, such as a member of an enumeration, is named by its place.
            var key = items[i] is string or long or bool or double ? items[i]! : $"#{target.Count}";
            target[key] = items[i + 1];
        }
    }

    private string NamePart(object? part) => Expect<string>(part, "text") is { Length: <= LongestNamePart } name
        ? name : throw Bad($"a name is longer than {LongestNamePart} characters");

    private object?[] Arguments() => Expect<object?[]>(Pop(), "a tuple of arguments");

    private void Call(object?[] arguments) => Call(Pop(), arguments);

    private void Call(object? callee, object?[] arguments)
    {
        if (callee is PickleGlobal { Name: "collections.OrderedDict" }) OrderedDictionary(arguments);
        else Push(_objects.Made(callee, arguments));
    }

    private void OrderedDictionary(object?[] arguments)
    {
        Push(new Dictionary<object, object?>());
        if (arguments.Length == 0) return;
        foreach (var pair in Expect<List<object?>>(arguments[0], "a list of pairs"))
        {
            CountStep();
            if (pair is not (List<object?> { Count: 2 } or object?[] { Length: 2 }))
                throw Bad($"expected a pair, found {PickleObjects.Describe(pair)}");
            SetItems(pair is List<object?> list ? [.. list] : (object?[])pair);
        }
    }

    /// <summary>
    /// Drops the attributes that follow a dictionary (a state dict's version numbers), a tensor or an opaque value.
    /// </summary>
    private void Build()
    {
        var state = Pop();
        if (Top() is PickleOpaque { Name: NumpyArrays.Core or NumpyArrays.NewCore } array) array.State = state;
        if (Top() is not (Dictionary<object, object?> or PickleOpaque or PickleTensor))
            throw Bad($"expected a dictionary before the BUILD opcode, found {PickleObjects.Describe(Top())}");
    }

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
        value is T found ? found : throw Bad($"expected {what}, found {PickleObjects.Describe(value)}");

    private void CountStep()
    {
        if (++_steps > MostSteps) throw Bad($"the pickle takes more than {MostSteps} steps");
        if (stream.Position - _start > LongestPickle) throw Bad($"the pickle is longer than {LongestPickle} bytes");
    }

    private byte ReadByte() => stream.ReadByte() is var b and >= 0 ? (byte)b : throw Bad("the pickle is cut off");

    private uint ReadUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Read(4));

    private long ReadInt64() => BinaryPrimitives.ReadInt64LittleEndian(Read(8));

    private byte[] Read(long count)
    {
        if (count < 0) throw Bad($"a value of {(ulong)count} bytes runs past the end of the pickle");
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

/// <summary>A pickle that is refused, without the file and the place, which <see cref="PickleMachine"/> adds.</summary>
internal sealed class PickleException(string message) : Exception(message);
