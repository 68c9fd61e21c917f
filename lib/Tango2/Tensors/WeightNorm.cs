namespace Tango2.Tensors;

/// <summary>A weight as g·v/‖v‖: one length g for each index of the first axis, and a direction v.</summary>
/// <remarks>Salimans and Kingma, Weight Normalization (2016).</remarks>
internal static class WeightNorm
{
    /// <summary>g·v/‖v‖ of lengths g [C, 1, …] and directions v [C, …].</summary>
    public static Tensor Product(Tensor length, Tensor direction) => direction * (length / Length(direction));

    /// <summary>‖v‖ over all axes but the first: [C, 1, …] of v [C, …].</summary>
    public static Tensor Length(Tensor v) =>
        v.square().sum([.. Enumerable.Range(1, (int)v.dim() - 1).Select(d => (long)d)], keepdim: true).sqrt();
}
