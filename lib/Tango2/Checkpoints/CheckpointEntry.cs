namespace Tango2.Checkpoints;

/// <summary>One tensor of a checkpoint, as its header describes it.</summary>
/// <param name="Key">The name in the file.</param>
/// <param name="Type">The type of its numbers in the file.</param>
/// <param name="Shape">Its sizes, each 0 or more; none for a single number.</param>
public record CheckpointEntry(string Key, NumberType Type, IReadOnlyList<long> Shape)
{
    internal const int MostDimensions = 64;

    /// <summary>How many numbers it has.</summary>
    public long Count => Shape.Aggregate(1L, (product, n) => product * n);

    /// <summary>How many bytes its numbers take; null if the size of its type is unknown.</summary>
    public virtual long? Bytes => Type.Bits is { } bits ? (long)((Int128)Count * bits / 8) : null;

    /// <summary>Type and shape as messages show them, such as <c>Float32 [320, 8, 3, 3]</c>.</summary>
    public string Describe() => $"{Type.Name} [{string.Join(", ", Shape)}]";

    /// <summary>What keeps a shape from being one of a tensor in a file; null if nothing does.</summary>
    internal static string? Problem(ReadOnlySpan<long> shape, NumberType type)
    {
        if (shape.Length > MostDimensions) return $"has {shape.Length} dimensions, over the limit of {MostDimensions}";
        var left = long.MaxValue / Math.Max(1, (type.Bits ?? 8) / 8);
        foreach (var n in shape) // An empty tensor's other sizes must be sound too: torch multiplies them.
        {
            if (n < 0) return $"has a negative size, {n}";
            if (n > 0 && (left /= n) == 0)
                return $"of shape [{string.Join(", ", shape.ToArray())}] is larger than any file";
        }
        return null;
    }
}
