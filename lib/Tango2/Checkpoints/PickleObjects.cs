namespace Tango2.Checkpoints;

/// <summary>What names and persistent identities stand for: tensors and storages, or opaque objects.</summary>
/// <remarks>
/// Names of tensors are known; a name that runs programs or code, or opens files or connections, is refused, so that
/// whoever was given the file learns of it; an object of any other name is opaque. Nothing is looked up or run.
/// </remarks>
internal sealed class PickleObjects
{
    private const int LongestStorageKey = 100, MostPassedOver = 100;

    private static readonly HashSet<string> RefusedModules =
    [
        "os", "posix", "nt", "subprocess", "_posixsubprocess", "popen2", "pty", "sys", "shutil", "socket", "runpy", "importlib",
        "pkgutil", "zipimport", "marshal", "ctypes", "_ctypes", "bdb", "pdb", "asyncio", "webbrowser", "urllib", "urllib2",
        "httplib", "ftplib", "smtplib", "telnetlib", "ensurepip", "venv",
    ];

    private static readonly HashSet<string> RefusedBuiltins =
        ["eval", "exec", "execfile", "compile", "open", "file", "input", "raw_input", "__import__", "breakpoint", "apply", "exit"];

    // Of modules whose names may also be those of a checkpoint's own code, or whose other members are harmless.
    private static readonly HashSet<string> RefusedNames =
    [
        "code.InteractiveInterpreter", "code.InteractiveConsole", "commands.getoutput", "commands.getstatusoutput",
        "timeit.timeit", "timeit.repeat", "profile.run", "profile.runctx", "cProfile.run", "cProfile.runctx", "trace.Trace",
        "pydoc.pipepager", "io.open", "_io.open", "_io.FileIO", "io.FileIO", "codecs.open", "pickle.load", "pickle.loads",
        "_pickle.load", "_pickle.loads", "cPickle.load", "cPickle.loads", "http.client.HTTPConnection", "requests.get",
        "requests.post", "requests.api.get", "requests.api.post", "torch.load", "torch.serialization.load", "numpy.load",
        "torch.hub.load", "torch._inductor.codecache.compile_file", "numpy.testing._private.utils.runstring",
    ];

    private readonly Dictionary<string, PickleStorage> _storages = [];
    private readonly HashSet<string> _passedOver = [];

    /// <summary>The storages by key.</summary>
    public IReadOnlyDictionary<string, PickleStorage> Storages => _storages;

    /// <summary>Names of the opaque objects; of very many only the first.</summary>
    public IReadOnlyCollection<string> PassedOver => _passedOver;

    /// <summary>A name, if it is not one of those that are refused.</summary>
    public static PickleGlobal Global(string name)
    {
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        var (module, member) = (name[..Math.Max(0, dot)], name[(dot + 1)..]);
        var refused = module is "builtins" or "__builtin__" or "__builtins__" ? RefusedBuiltins.Contains(member)
            : RefusedModules.Contains(module) || RefusedNames.Contains(name);
        return !refused ? new(name) : throw new PickleException(
            $"the file refers to '{name}', which no checkpoint of weights needs; it is refused and was not run");
    }

    /// <summary>An object of which only the name is kept.</summary>
    /// <param name="name">Its class, or the function that would have made it.</param>
    /// <param name="arguments">What it would have been made of, where somebody reads it: see <see cref="NumpyArrays"/>.</param>
    public PickleOpaque Opaque(string name, object?[]? arguments = null)
    {
        if (_passedOver.Count < MostPassedOver) _passedOver.Add(name);
        return new(name) { Arguments = arguments };
    }

    /// <summary>What a name makes of its arguments: a tensor, a dictionary, or an opaque object; nothing is run.</summary>
    public object? Made(object? callee, object?[] arguments)
    {
        if (callee is PickleOpaque made) return Opaque(made.Name); // a function that another one would have made
        var name = (callee as PickleGlobal ?? throw new PickleException($"expected a name, found {Describe(callee)}")).Name;
        return name switch
        {
            "torch.Size" when arguments is [object?[] sizes] => sizes,
            "collections.defaultdict" => new Dictionary<object, object?>(),
            "collections.Counter" when arguments is [Dictionary<object, object?> counts] => counts,
            "_codecs.encode" or "numpy.dtype" => Opaque(name, arguments),
            _ when name.StartsWith("torch._utils._rebuild", StringComparison.Ordinal) => Rebuilt(name, arguments),
            "torch._tensor._rebuild_from_type_v2" when arguments is [PickleGlobal inner, _, object?[] its, ..] =>
                Rebuilt(inner.Name, its),
            _ => Opaque(name),
        };
    }

    /// <summary>The storage of a persistent identity; or the class, of one that older torch wrote for a module.</summary>
    public object Persistent(object? id)
    {
        if (id is object?[] and ["module", PickleGlobal type, ..] and { Length: <= 6 }) return type;
        if (id is not object?[] { Length: <= 6 } parts ||
            parts is not ["storage", PickleGlobal { Name: var name }, string key, string, long count, ..])
            throw new PickleException($"expected the identity of a storage, found {Describe(id)}");
        if (key.Length > LongestStorageKey)
            throw new PickleException($"a storage's key is longer than {LongestStorageKey} characters");
        if (parts is [.., not null] and { Length: 6 })
            throw new PickleException($"storage '{key}' is a view of another; save the file again with a newer torch");
        if (!name.EndsWith("Storage", StringComparison.Ordinal)) throw new PickleException($"'{name}' is no storage");
        var storage = new PickleStorage(key, NumberType.OfTorch(name), count);
        if (count < 0 || (Int128)count * (storage.Type.Bits ?? 8) / 8 > long.MaxValue)
            throw new PickleException($"storage '{key}' has {count} elements");
        if (_storages.TryAdd(key, storage)) return storage;
        var known = _storages[key];
        return known == storage ? known : throw new PickleException($"storage '{key}' is described in two ways: " +
            $"{known.Count} of {known.Type.Name}, and {count} of {storage.Type.Name}");
    }

    /// <summary>A value as messages name it.</summary>
    public static string Describe(object? value) => value switch
    {
        null => "None",
        PickleGlobal global => $"'{global.Name}'",
        PickleOpaque opaque => $"an object of '{opaque.Name}'",
        string => "text",
        object?[] => "a tuple",
        List<object?> => "a list",
        Dictionary<object, object?> => "a dictionary",
        PickleTensor => "a tensor",
        PickleStorage => "a storage",
        _ => value.GetType().Name,
    };

    private object Rebuilt(string name, object?[] arguments)
    {
        switch (name)
        {
            case "torch._utils._rebuild_parameter" or "torch._utils._rebuild_parameter_with_state"
                when arguments is [PickleTensor or PickleOpaque, ..]:
                return arguments[0]!;
            case "torch._utils._rebuild_tensor" or "torch._utils._rebuild_tensor_v2" or "torch._utils._rebuild_qtensor"
                when arguments is [PickleStorage storage, long offset, object?[] size, object?[] stride, ..]:
                return View(storage, storage.Type, offset, size, stride);
            case "torch._utils._rebuild_tensor_v3" // of the types that have no storage of their own
                when arguments is [PickleStorage storage, long offset, object?[] size, object?[] stride, _, _,
                    PickleGlobal dtype, ..]:
                return View(storage, NumberType.OfTorch(dtype.Name), offset, size, stride);
            case "torch._utils._rebuild_parameter" or "torch._utils._rebuild_parameter_with_state" or
                "torch._utils._rebuild_tensor" or "torch._utils._rebuild_tensor_v2" or "torch._utils._rebuild_tensor_v3":
                throw new PickleException(
                    $"'{name}' has unexpected arguments ({string.Join(", ", arguments.Take(8).Select(Describe))})");
            default: return Opaque(name);
        }
    }

    private static PickleTensor View(PickleStorage storage, NumberType type, long offset, object?[] size, object?[] stride)
    {
        if (Math.Max(size.Length, stride.Length) is var most and > CheckpointEntry.MostDimensions)
            throw new PickleException($"a tensor in storage '{storage.Key}' has {most} dimensions, over the limit of " +
                $"{CheckpointEntry.MostDimensions}");
        var tensor = new PickleTensor(storage, type, offset, Integers(size), Integers(stride));
        return tensor.Problem() is { } problem
            ? throw new PickleException($"a tensor in storage '{storage.Key}' {problem}")
            : tensor;
    }

    private static long[] Integers(object?[] values) => [.. values.Select(v =>
        v is long number ? number : throw new PickleException($"expected an integer, found {Describe(v)}"))];
}

/// <summary>
/// A name that a pickle refers to. It is only ever compared with known names, never looked up or called.
/// </summary>
internal sealed record PickleGlobal(string Name);

/// <summary>
/// An object that holds no weights of its own, as far as is known: a name. What it was made from is dropped, but not what
/// is put into it as into a dictionary or a list: a class of its own may derive from these.
/// </summary>
internal sealed class PickleOpaque(string name)
{
    public string Name { get; } = name;

    /// <summary>What was put into it; values put in without a key have their place as one. Null if nothing was.</summary>
    public Dictionary<object, object?>? Items { get; set; }

    /// <summary>What it would have been made of; null but for a numpy type and the bytes of an array.</summary>
    public object?[]? Arguments { get; init; }

    /// <summary>The attributes of a numpy array; null for all else.</summary>
    public object? State { get; set; }
}

/// <summary>A run of numbers of one type, stored elsewhere in the checkpoint under its key.</summary>
internal sealed record PickleStorage(string Key, NumberType Type, long Count)
{
    /// <summary>Checked when the storage was described: its bytes fit a long. Null if the size of its type is unknown.</summary>
    public long? Bytes => Type.Bits is { } bits ? (long)((Int128)Count * bits / 8) : null;
}

/// <summary>A strided view of a storage, checked to lie within it as far as the sizes of the types are known.</summary>
/// <param name="Storage">Where its numbers are.</param>
/// <param name="Type">Their type; another than the storage's if that counts bytes.</param>
/// <param name="Offset">Number of the first one.</param>
/// <param name="Size">As a shape.</param>
/// <param name="Stride">Numbers from one to the next, along each axis.</param>
internal sealed record PickleTensor(PickleStorage Storage, NumberType Type, long Offset, long[] Size, long[] Stride)
{
    /// <summary>How many numbers of its type the storage has; null if the size of one of the types is unknown.</summary>
    public long? Capacity => Type == Storage.Type ? Storage.Count
        : Type.Bits is { } bits && Storage.Bytes is { } bytes ? (long)((Int128)bytes * 8 / bits) : null;

    /// <summary>Whether its numbers follow each other, so that they can be copied in one run.</summary>
    public bool IsContiguous
    {
        get
        {
            var expected = 1L;
            for (var d = Size.Length - 1; d >= 0; d--)
            {
                if (Size[d] != 1 && Stride[d] != expected) return false;
                expected *= Size[d];
            }
            return true;
        }
    }

    /// <summary>How many elements of the storage it reaches over, from its offset on; it has at least one.</summary>
    public long Reach => 1 + Size.Zip(Stride).Sum(d => (d.First - 1) * d.Second);

    /// <summary>What is wrong with the view; null if nothing is.</summary>
    public string? Problem()
    {
        if (Size.Length != Stride.Length)
            return $"has {Size.Length} sizes and {Stride.Length} strides";
        if (Offset < 0 || Size.Any(n => n < 0) || Stride.Any(n => n < 0))
            return $"has a negative offset, size or stride: {Offset}, {Text(Size)}, {Text(Stride)}";
        if (CheckpointEntry.Problem(Size, Type) is { } problem) return problem;
        if (Size.Contains(0)) return null;
        var last = Size.Zip(Stride).Aggregate((Int128)Offset, (sum, d) => sum + (Int128)(d.First - 1) * d.Second);
        return Capacity is not { } capacity || last < capacity
            ? null
            : $"of size {Text(Size)}, stride {Text(Stride)} and offset {Offset} reaches element {last} " +
                $"of a storage of {capacity}";
    }

    private static string Text(long[] numbers) => $"[{string.Join(", ", numbers)}]";
}

/// <summary>A tensor of a PyTorch checkpoint: a name for a view.</summary>
internal sealed record PickleEntry(string Key, PickleTensor Tensor)
    : CheckpointEntry(Key, Tensor.Type, Tensor.Size);
