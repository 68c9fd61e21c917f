namespace Tango2.Checkpoints;

/// <summary>
/// A name that a pickle refers to. It is only ever compared with known names, never looked up or called.
/// </summary>
internal sealed record PickleGlobal(string Name);

/// <summary>Something that a pickle describes and that holds no weights; its content is dropped.</summary>
internal sealed record PickleOpaque(string Name);

/// <summary>A run of numbers of one type, stored elsewhere in the checkpoint under its key.</summary>
internal sealed record PickleStorage(string Key, ScalarType Type, long Count)
{
    private static readonly Dictionary<string, ScalarType> Types = new()
    {
        ["torch.FloatStorage"] = ScalarType.Float32,
        ["torch.DoubleStorage"] = ScalarType.Float64,
        ["torch.HalfStorage"] = ScalarType.Float16,
        ["torch.BFloat16Storage"] = ScalarType.BFloat16,
        ["torch.LongStorage"] = ScalarType.Int64,
        ["torch.IntStorage"] = ScalarType.Int32,
        ["torch.ShortStorage"] = ScalarType.Int16,
        ["torch.CharStorage"] = ScalarType.Int8,
        ["torch.ByteStorage"] = ScalarType.Byte,
        ["torch.BoolStorage"] = ScalarType.Bool,
    };

    public int ElementBytes => CheckpointEntry.BytesOf(Type);

    /// <summary>Checked when the storage was described: its bytes fit a long.</summary>
    public long Bytes => Count * ElementBytes;

    public static ScalarType? TypeOf(string global) => Types.TryGetValue(global, out var found) ? found : null;
}

/// <summary>A strided view of a storage, checked to lie within it.</summary>
internal sealed record PickleTensor(PickleStorage Storage, long Offset, long[] Size, long[] Stride)
{
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
        if (CheckpointEntry.Problem(Size, Storage.Type) is { } problem) return problem;
        if (Size.Contains(0)) return null;
        var last = Size.Zip(Stride).Aggregate((Int128)Offset, (sum, d) => sum + (Int128)(d.First - 1) * d.Second);
        return last < Storage.Count
            ? null
            : $"of size {Text(Size)}, stride {Text(Stride)} and offset {Offset} reaches element {last} " +
                $"of a storage of {Storage.Count}";
    }

    private static string Text(long[] numbers) => $"[{string.Join(", ", numbers)}]";
}

/// <summary>A tensor of a PyTorch checkpoint: a name for a view.</summary>
internal sealed record PickleEntry(string Key, PickleTensor Tensor)
    : CheckpointEntry(Key, Tensor.Storage.Type, Tensor.Size);
