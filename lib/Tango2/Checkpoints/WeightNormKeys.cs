using Tango2.Tensors;

namespace Tango2.Checkpoints;

/// <summary>The names under which a weight that is g·v/‖v‖ is saved.</summary>
/// <remarks>
/// <c>weight_g</c> and <c>weight_v</c> by torch.nn.utils.weight_norm; <c>parametrizations.weight.original0</c> and
/// <c>original1</c> by torch.nn.utils.parametrizations.weight_norm, since PyTorch 2.1.
/// </remarks>
internal static class WeightNormKeys
{
    private const string Length = "weight_g", Direction = "weight_v";
    private const string NewerLength = "parametrizations.weight.original0";
    private const string NewerDirection = "parametrizations.weight.original1";

    /// <summary>The older form of a key of the newer form; any other key as it is.</summary>
    public static string Older(string key) =>
        EndsWith(key, NewerLength) ? key[..^NewerLength.Length] + Length
        : EndsWith(key, NewerDirection) ? key[..^NewerDirection.Length] + Direction
        : key;

    /// <summary>
    /// Lets a network without weight norm be filled from a file with it: two sources become their product.
    /// </summary>
    public static void Fold(Dictionary<string, WeightSource> sources, Dictionary<string, Tensor> targets)
    {
        foreach (var (key, target) in targets)
        {
            if (sources.ContainsKey(key) || !EndsWith(key, "weight") || target.dim() == 0) continue;
            var (g, v) = (key[..^"weight".Length] + Length, key[..^"weight".Length] + Direction);
            if (targets.ContainsKey(g) || !sources.ContainsKey(g) || !sources.ContainsKey(v)) continue;
            sources.Remove(g, out var length);
            sources.Remove(v, out var direction);
            sources[key] = Product(length!, direction!, target.shape);
        }
    }

    private static WeightSource Product(WeightSource length, WeightSource direction, long[] shape)
    {
        long[] lengths = [shape[0], .. shape.Skip(1).Select(_ => 1L)]; // one for each index of the first axis
        return new(direction.Entry, target => target.copy_(Product(length, direction, lengths, shape)))
        {
            Problem = Problem(length, lengths) ?? Problem(direction, shape),
        };
    }

    private static string? Problem(WeightSource source, long[] shape)
    {
        var (expected, found) = (new CheckpointEntry("", NumberType.Of(ScalarType.Float32), shape), source.Entry);
        return found.Type.IsFloat && found.Shape.SequenceEqual(shape)
            ? null
            : $"misshapen {found.Key}: expected {expected.Describe()}, found {found.Describe()}";
    }

    private static Tensor Product(WeightSource length, WeightSource direction, long[] lengths, long[] shape)
    {
        using var scope = NewDisposeScope();
        var (g, v) = (empty(lengths, device: CPU), empty(shape, device: CPU));
        length.CopyTo(g);
        direction.CopyTo(v);
        return WeightNorm.Product(g, v).MoveToOuterDisposeScope();
    }

    private static bool EndsWith(string key, string name) => key.EndsWith(name, StringComparison.Ordinal) &&
        (key.Length == name.Length || key[^(name.Length + 1)] == '.');
}
