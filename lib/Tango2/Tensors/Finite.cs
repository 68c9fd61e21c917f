using System.Globalization;

namespace Tango2.Tensors;

/// <summary>Refuses NaN and infinity at public entries, by the place where the first stands.</summary>
internal static class Finite
{
    /// <summary>Checks a tensor of any shape.</summary>
    /// <param name="values">The tensor.</param>
    /// <param name="name">What the error calls it.</param>
    /// <param name="axes">What each dimension counts, such as "clip" and "sample".</param>
    /// <param name="hint">What to do, a sentence after the place.</param>
    /// <exception cref="ArgumentException">A value is not finite; the message tells its place.</exception>
    public static void Check(Tensor values, string name, string[] axes, string hint = "")
    {
        using var scope = NewDisposeScope();
        var wrong = values.detach().isfinite().logical_not();
        if (!wrong.any().item<bool>()) return;
        var place = wrong.nonzero()[0].cpu().data<long>().ToArray();
        var value = values.detach()[[.. place.Select(i => TensorIndex.Single(i))]].to(float64).item<double>();
        throw Wrong(name, string.Join(", ", axes.Zip(place, (axis, i) => $"{axis} {i}")), value, hint);
    }

    /// <summary>Checks a list of numbers.</summary>
    /// <param name="values">The numbers.</param>
    /// <param name="name">What the error calls them.</param>
    /// <param name="item">What one of them belongs to, such as "clip".</param>
    /// <exception cref="ArgumentException">A value is not finite; the message tells its place.</exception>
    public static void Check(IReadOnlyList<double> values, string name, string item)
    {
        for (var i = 0; i < values.Count; i++)
            if (!double.IsFinite(values[i])) throw Wrong(name, $"{item} {i}", values[i], "");
    }

    /// <summary>A number as messages show it.</summary>
    public static string Show(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    private static ArgumentException Wrong(string name, string place, double value, string hint) =>
        new($"{name} must be finite, but at {place} it is {Show(value)}{(hint.Length == 0 ? "." : $"; {hint}.")}");
}
