namespace Tango2.Checkpoints;

/// <summary>One tensor of a checkpoint, as its header describes it.</summary>
/// <param name="Key">The name in the file.</param>
/// <param name="Type">The type of its numbers in the file.</param>
/// <param name="Shape">Its sizes, each 0 or more; none for a single number.</param>
public record CheckpointEntry(string Key, ScalarType Type, IReadOnlyList<long> Shape)
{
    internal const int MostDimensions = 64;

    /// <summary>How many numbers it has.</summary>
    public long Count => Shape.Aggregate(1L, (product, n) => product * n);

    /// <summary>How many bytes its numbers take.</summary>
    public long Bytes => Count * BytesOf(Type);

    /// <summary>Type and shape as messages show them, such as <c>Float32 [320, 8, 3, 3]</c>.</summary>
    public string Describe() => $"{Type} [{string.Join(", ", Shape)}]";

    internal static int BytesOf(ScalarType type) => type switch
    {
        ScalarType.Bool or ScalarType.Byte or ScalarType.Int8 => 1,
        ScalarType.Int16 or ScalarType.Float16 or ScalarType.BFloat16 => 2,
        ScalarType.Int32 or ScalarType.Float32 => 4,
        ScalarType.Int64 or ScalarType.Float64 => 8,
        _ => throw new ArgumentException($"A checkpoint cannot hold {type}."),
    };

    /// <summary>What keeps a shape from being one of a tensor in a file; null if nothing does.</summary>
    internal static string? Problem(ReadOnlySpan<long> shape, ScalarType type)
    {
        if (shape.Length > MostDimensions) return $"has {shape.Length} dimensions, over the limit of {MostDimensions}";
        long left = long.MaxValue / BytesOf(type);
        foreach (var n in shape) // An empty tensor's other sizes must be sound too: torch multiplies them.
        {
            if (n < 0) return $"has a negative size, {n}";
            if (n > 0 && (left /= n) == 0)
                return $"of shape [{string.Join(", ", shape.ToArray())}] is larger than any file";
        }
        return null;
    }
}
