namespace Tango2.Tensors;

/// <summary>Attention, softmax(q·k/√d + bias)·v (Vaswani et al. 2017, equation 1), as is fastest where it is computed.</summary>
internal static class Attention
{
    // The scores of so many queries to some thousand keys fit into a processor's cache.
    private const int Queries = 512;

    /// <summary>[B, H, N, D] of queries, [B, H, S, D] of keys and of values, to [B, H, N, D].</summary>
    /// <remarks>
    /// libtorch's fused kernel multiplies bfloat16 on a processor no faster than float32: many places are better multiplied part by
    /// part. Scores are then rounded to bfloat16, which the fused kernel does not.
    /// </remarks>
    /// <param name="q">The queries.</param>
    /// <param name="k">The keys.</param>
    /// <param name="v">The values.</param>
    /// <param name="bias">Added to the scores; broadcasts to [B, H, N, S].</param>
    public static Tensor Of(Tensor q, Tensor k, Tensor v, Tensor? bias) =>
        bias is null && q.dtype == bfloat16 && q.device_type == DeviceType.CPU && !q.requires_grad && Math.Min(q.shape[2], k.shape[2]) >= Queries
            ? InParts(q, k, v) : nn.functional.scaled_dot_product_attention(q, k, v, bias);

    /// <summary>The same, without a bias, for some queries of one head at a time.</summary>
    internal static Tensor InParts(Tensor q, Tensor k, Tensor v)
    {
        using var scope = NewDisposeScope();
        var heads = (q / Math.Sqrt(q.shape[3])).flatten(0, 1).split(1)
            .Zip(k.transpose(2, 3).flatten(0, 1).split(1), v.flatten(0, 1).split(1)); // each [1, N, D], [1, D, S] and [1, S, D]
        return cat([.. heads.Select(head => cat([.. head.First.split(Queries, 1).Select(part => Part(part, head.Second, head.Third))], 1))])
            .view(q.shape).MoveToOuterDisposeScope();
    }

    private static Tensor Part(Tensor q, Tensor k, Tensor v)
    {
        using var scope = NewDisposeScope();
        return q.matmul(k).softmax(-1).matmul(v).MoveToOuterDisposeScope();
    }
}
