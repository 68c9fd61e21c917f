// The kernel inception distance as audioldm_eval computes it (metrics/kid.py), written from its definition.
using Tango2.Tensors;

namespace Tango2.Metrics;

/// <summary>MMD² of embeddings with the kernel (x·y/D + 1)³, over random subsets: a distance of two sets that need not be Gaussians.</summary>
/// <remarks>
/// Within a set a clip is not compared with itself, between the sets all are; so two small sets of equal clips have a large
/// negative distance. Subsets have 1,000 clips: a smaller set is taken whole each time, and the deviation is rounding.
/// </remarks>
/// <param name="Mean">Over the subsets.</param>
/// <param name="Deviation">Standard deviation over the subsets (divided by their number).</param>
internal sealed record KernelDistance(double Mean, double Deviation)
{
    private const int Subsets = 100, SubsetSize = 1000;

    /// <summary>The distance between two sets of embeddings.</summary>
    /// <param name="generated">[N, D], N at least 2, finite.</param>
    /// <param name="reference">[M, D], M at least 2, finite.</param>
    /// <param name="seed">Of the subsets; audioldm_eval's by default.</param>
    public static KernelDistance Between(Tensor generated, Tensor reference, int seed = InceptionScore.ReferenceSeed)
    {
        Shape.Check(generated, "N, D").And(reference, "M, D");
        using var scope = NewDisposeScope();
        var (made, real) = (Rows(generated, nameof(generated)), Rows(reference, nameof(reference)));
        var size = (int)Math.Min(SubsetSize, Math.Min(made.shape[0], real.shape[0]));
        if (size == made.shape[0] && size == real.shape[0]) return new(Squared(made, real), 0);
        var random = new MersenneTwister((uint)seed);
        var distances = new double[Subsets];
        for (var i = 0; i < Subsets; i++)
        {
            using var inner = NewDisposeScope();
            var first = random.Permutation((int)made.shape[0])[..size];
            distances[i] = Squared(made.Rows(first), real.Rows(random.Permutation((int)real.shape[0])[..size]));
        }
        var mean = distances.Average();
        return new(mean, Math.Sqrt(distances.Average(d => (d - mean) * (d - mean))));
    }

    private static double Squared(Tensor made, Tensor real)
    {
        var count = (double)made.shape[0];
        static Tensor Kernel(Tensor x, Tensor y) => ((x.matmul(y.t()) / x.shape[1]) + 1).pow(3);
        static double Others(Tensor x) => Kernel(x, x) is var kernel ? (kernel.sum() - kernel.trace()).item<double>() : 0;
        return ((Others(made) + Others(real)) / (count * (count - 1))) - (2 * Kernel(made, real).sum().item<double>() / (count * count));
    }

    private static Tensor Rows(Tensor embeddings, string name)
    {
        if (embeddings.shape[0] < 2) throw new ArgumentException($"{name} must hold at least 2 rows, but has {embeddings.shape[0]}.");
        var rows = embeddings.detach().to(float64).cpu();
        Finite.Check(rows, name, ["row", "column"], "check that clip's sound");
        return rows;
    }
}
