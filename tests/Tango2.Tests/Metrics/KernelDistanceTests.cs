using Tango2.Metrics;

namespace Tango2.Tests.Metrics;

public class KernelDistanceTests
{
    [Fact]
    public void It_is_the_unbiased_squared_discrepancy_of_the_cubic_kernel()
    {
        using var scope = NewDisposeScope();
        using var generator = new torch.Generator();
        generator.manual_seed(3);
        var (made, real) = (randn(7, 4, float64, generator: generator), randn(7, 4, float64, generator: generator) + 1);
        double Kernel(Tensor x, Tensor y) => Math.Pow(((x * y).sum().item<double>() / 4) + 1, 3);
        var (own, between) = (0.0, 0.0);
        for (var i = 0; i < 7; i++)
        {
            for (var j = 0; j < 7; j++)
            {
                between += Kernel(made[i], real[j]);
                if (i != j) own += Kernel(made[i], made[j]) + Kernel(real[i], real[j]);
            }
        }
        var distance = KernelDistance.Between(made, real);
        Assert.Equal((own / 42) - (2 * between / 49), distance.Mean, 1e-9);
        Assert.Equal(0, distance.Deviation);
    }

    [Fact]
    public void Of_sets_of_other_sizes_random_subsets_are_compared()
    {
        using var scope = NewDisposeScope();
        using var generator = new torch.Generator();
        generator.manual_seed(4);
        var (made, real) = (randn(30, 3, generator: generator), randn(12, 3, generator: generator));
        var distance = KernelDistance.Between(made, real);
        Assert.True(distance.Deviation > 0);
        Assert.Equal(distance, KernelDistance.Between(made, real));
        Assert.NotEqual(distance.Mean, KernelDistance.Between(made, real, seed: 1).Mean);
        Assert.StartsWith("generated must hold at least 2 rows", Assert.Throws<ArgumentException>(() => KernelDistance.Between(made[..1], real)).Message);
    }
}
