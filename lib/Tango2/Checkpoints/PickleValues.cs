namespace Tango2.Checkpoints;

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
