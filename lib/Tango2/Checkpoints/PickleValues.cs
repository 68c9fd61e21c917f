namespace Tango2.Checkpoints;

/// <summary>A name that a pickle refers to. It is only ever compared with known names, never looked up or called.</summary>
internal sealed record PickleGlobal(string Name);

/// <summary>Something that a pickle describes and that holds no weights; its content is dropped.</summary>
internal sealed record PickleOpaque(string Name);

/// <summary>A run of numbers of one type, stored elsewhere in the checkpoint under its key.</summary>
internal sealed record PickleStorage(string Key, ScalarType Type, long Count)
{
    private static readonly Dictionary<string, (ScalarType Type, int Bytes)> Types = new()
    {
        ["torch.FloatStorage"] = (ScalarType.Float32, 4),
        ["torch.DoubleStorage"] = (ScalarType.Float64, 8),
        ["torch.HalfStorage"] = (ScalarType.Float16, 2),
        ["torch.BFloat16Storage"] = (ScalarType.BFloat16, 2),
        ["torch.LongStorage"] = (ScalarType.Int64, 8),
        ["torch.IntStorage"] = (ScalarType.Int32, 4),
        ["torch.ShortStorage"] = (ScalarType.Int16, 2),
        ["torch.CharStorage"] = (ScalarType.Int8, 1),
        ["torch.ByteStorage"] = (ScalarType.Byte, 1),
        ["torch.BoolStorage"] = (ScalarType.Bool, 1),
    };

    public int ElementBytes => Types.Values.First(t => t.Type == Type).Bytes;

    public static ScalarType? TypeOf(string global) => Types.TryGetValue(global, out var found) ? found.Type : null;
}

/// <summary>A strided view of a storage, checked to lie within it.</summary>
internal sealed record PickleTensor(PickleStorage Storage, long Offset, long[] Size, long[] Stride)
{
    public long Bytes => Storage.ElementBytes * Size.Aggregate(1L, (product, n) => checked(product * n));

    /// <summary>What is wrong with the view; null if nothing is.</summary>
    public string? Problem()
    {
        if (Size.Length != Stride.Length || Size.Length > 64)
            return $"has {Size.Length} sizes and {Stride.Length} strides";
        if (Offset < 0 || Size.Any(n => n < 0) || Stride.Any(n => n < 0))
            return $"has a negative offset, size or stride: {Offset}, {Text(Size)}, {Text(Stride)}";
        if (Size.Contains(0)) return null;
        var last = Size.Zip(Stride).Aggregate(Offset, (sum, d) => checked(sum + checked((d.First - 1) * d.Second)));
        return last < Storage.Count
            ? null
            : $"of size {Text(Size)}, stride {Text(Stride)} and offset {Offset} reaches element {last} of a storage of {Storage.Count}";
    }

    private static string Text(long[] numbers) => $"[{string.Join(", ", numbers)}]";
}
