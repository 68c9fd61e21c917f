using Tango2.Tensors;

namespace Tango2.Tests.Tensors;

/// <summary>Attention part by part against its formula in double precision.</summary>
public sealed class AttentionTests
{
    [Theory]
    [InlineData(1, 1, 512, 512, 64)]
    [InlineData(2, 5, 1100, 700, 64)]
    [InlineData(2, 3, 513, 2048, 16)]
    public void Parts_make_up_the_whole(int batch, int heads, int queries, int keys, int width)
    {
        using var scope = NewDisposeScope();
        var generator = new Generator(1, CPU);
        Tensor Drawn(int places) => randn([batch, heads, places, width], generator: generator).to(float64);
        var (q, k, v) = (Drawn(queries), Drawn(keys), Drawn(keys));
        var exact = (q / Math.Sqrt(width)).matmul(k.transpose(2, 3)).softmax(-1).matmul(v);
        Golden.Close(exact, Attention.InParts(q, k, v), 1e-12, 0, "in double precision");
        var rounded = Attention.Of(q.to(bfloat16), k.to(bfloat16), v.to(bfloat16), null);
        Assert.Equal(bfloat16, rounded.dtype);
        Assert.InRange(((rounded.to(float64) - exact).norm() / exact.norm()).item<double>(), 1e-5, 0.01);
        Golden.Close(exact, Attention.Of(q.to(float32), k.to(float32), v.to(float32), null), 1e-5, 0, "in single precision");
    }
}
