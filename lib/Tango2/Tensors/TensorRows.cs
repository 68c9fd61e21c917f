namespace Tango2.Tensors;

/// <summary>Rows of tensors.</summary>
public static class TensorRows
{
    /// <summary>Rows of a tensor by index.</summary>
    public static Tensor Rows(this Tensor all, int[] rows)
    {
        using var index = tensor(Array.ConvertAll(rows, r => (long)r));
        return all.index_select(0, index);
    }
}
