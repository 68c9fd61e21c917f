using Tango2.Tensors;

namespace Tango2.Diffusion;

/// <summary>Standard normal noise in which each row of the batch has its own generator.</summary>
/// <remarks>A clip then sounds the same whichever clips it is sampled beside.</remarks>
internal static class RowNoise
{
    /// <summary>One generator for each of the given seeds.</summary>
    public static IReadOnlyList<Generator> Generators(IEnumerable<long> seeds, Device? device = null) =>
        [.. seeds.Select(seed => Seeds.Generator(seed, "noise", device: device))];

    /// <summary>Noise to start from, or to add: row i is drawn from generator i, on its device.</summary>
    /// <param name="generators">B generators.</param>
    /// <param name="rowShape">The shape of one row, C, T, F.</param>
    /// <param name="device">Where the noise goes; null leaves it with the generators.</param>
    /// <returns>[B, C, T, F], float32.</returns>
    public static Tensor Draw(IReadOnlyList<Generator> generators, ReadOnlySpan<long> rowShape, Device? device = null)
    {
        using var scope = NewDisposeScope();
        var shape = rowShape.ToArray();
        var rows = new List<Tensor>(generators.Count);
        foreach (var generator in generators)
            rows.Add(randn(shape, dtype: float32, device: generator.device, generator: generator));
        var noise = stack(rows);
        return (device is null ? noise : noise.to(device)).MoveToOuterDisposeScope();
    }
}
