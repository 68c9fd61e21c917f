namespace Tango2.Tensors;

/// <summary>Shape comments that run: checks tensors against patterns such as "B, C, T, F" at public entries.</summary>
/// <remarks>
/// A pattern is a comma-separated list of letters and numbers. A number must match; a letter takes the first size
/// it meets and must keep it through the chain, except that <c>*</c> matches anything.
/// </remarks>
internal sealed class Shape
{
    private readonly Dictionary<string, (long Size, string From)> _letters = [];

    private Shape() { }

    /// <summary>Checks <paramref name="tensor"/> against <paramref name="pattern"/> and starts a chain.</summary>
    /// <exception cref="ArgumentException">The shape differs; the message names the tensor, the pattern and the shape.</exception>
    public static Shape Check(
        Tensor tensor, string pattern,
        [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(tensor))] string name = "") =>
        new Shape().And(tensor, pattern, name);

    /// <summary>Checks another tensor, in which the letters seen so far keep their sizes.</summary>
    /// <inheritdoc cref="Check"/>
    public Shape And(
        Tensor tensor, string pattern,
        [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(tensor))] string name = "")
    {
        var parts = pattern.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var shape = tensor.shape;
        if (shape.Length != parts.Length) throw Wrong(name, pattern, shape, $"expected {parts.Length} dimensions");
        for (var i = 0; i < parts.Length; i++)
        {
            if (parts[i] == "*") continue;
            if (long.TryParse(parts[i], out var size))
            {
                if (size != shape[i]) throw Wrong(name, pattern, shape, $"dimension {i} must be {size}");
            }
            else if (!_letters.TryGetValue(parts[i], out var known)) _letters[parts[i]] = (shape[i], name);
            else if (known.Size != shape[i])
                throw Wrong(name, pattern, shape, $"{parts[i]} is {known.Size} in {known.From}");
        }
        return this;
    }

    private static ArgumentException Wrong(string name, string pattern, long[] shape, string why) =>
        new($"{name} must be [{pattern}], but is [{string.Join(", ", shape)}]: {why}.");
}

/// <summary>Rows of tensors.</summary>
internal static class TensorRows
{
    /// <summary>Rows of a tensor by index.</summary>
    public static Tensor Rows(this Tensor all, int[] rows)
    {
        using var index = tensor(Array.ConvertAll(rows, r => (long)r), device: all.device);
        return all.index_select(0, index);
    }
}
