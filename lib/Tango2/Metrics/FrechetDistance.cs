// The Fréchet distance of embeddings as audioldm_eval computes it; the square root by eigenvalues instead of Schur.
using Tango2.Tensors;

namespace Tango2.Metrics;

/// <summary>|μ₁ − μ₂|² + tr(Σ₁ + Σ₂ − 2·√(Σ₁Σ₂)): how far two sets of embeddings are, taken as Gaussians.</summary>
/// <remarks>
/// FAD when the embeddings are VGGish's, FD when they are Cnn14's. The reference takes a general matrix root, which
/// may fail, and then adds 1e-6 to both diagonals. The trace here is the sum of singular values of √Λ₁·U₁ᵀ·U₂·√Λ₂,
/// which is finite for all finite embeddings, also when there are fewer of them than dimensions.
/// </remarks>
public static class FrechetDistance
{
    /// <summary>The distance between two sets of embeddings, in their units squared; at least 0 up to rounding.</summary>
    /// <param name="generated">[N, D], N at least 2, finite.</param>
    /// <param name="reference">[M, D], M at least 2, finite.</param>
    public static double Between(Tensor generated, Tensor reference)
    {
        Shape.Check(generated, "N, D").And(reference, "M, D");
        using var scope = NewDisposeScope();
        var (mean1, covariance1) = Moments(generated, nameof(generated));
        var (mean2, covariance2) = Moments(reference, nameof(reference));
        return Between(mean1, covariance1, mean2, covariance2);
    }

    /// <summary>The distance between two Gaussians.</summary>
    /// <param name="mean1">[D]</param>
    /// <param name="covariance1">[D, D], symmetric and positive semi-definite.</param>
    /// <param name="mean2">[D]</param>
    /// <param name="covariance2">[D, D]</param>
    /// <exception cref="ArgumentException">The shapes differ, or a value is not finite; the message tells its place.</exception>
    public static double Between(Tensor mean1, Tensor covariance1, Tensor mean2, Tensor covariance2)
    {
        Shape.Check(mean1, "D").And(covariance1, "D, D").And(mean2, "D").And(covariance2, "D, D");
        foreach (var (mean, name) in new[] { (mean1, nameof(mean1)), (mean2, nameof(mean2)) })
            Finite.Check(mean, name, ["column"]);
        foreach (var (covariance, name) in new[] { (covariance1, nameof(covariance1)), (covariance2, nameof(covariance2)) })
            Finite.Check(covariance, name, ["row", "column"], "embeddings beyond 1e150 have no covariance in double precision");
        using var scope = NewDisposeScope();
        var shift = (mean1.to(float64) - mean2.to(float64)).square().sum();
        var root = linalg.svdvals(Root(covariance1).matmul(Root(covariance2).t())).sum(); // tr √(Σ₁Σ₂)
        return (shift + covariance1.trace() + covariance2.trace() - 2 * root).item<double>();
    }

    /// <summary>Mean and covariance (divided by N − 1), in double precision on the CPU.</summary>
    /// <param name="embeddings">[N, D], N at least 2, finite.</param>
    /// <param name="name">What an error calls the embeddings.</param>
    /// <returns>[D] and [D, D].</returns>
    public static (Tensor Mean, Tensor Covariance) Moments(Tensor embeddings, string name = "embeddings")
    {
        Shape.Check(embeddings, "N, D", name);
        var count = embeddings.shape[0];
        if (count < 2) throw new ArgumentException($"{name} must hold at least 2 rows for a covariance, but has {count}.");
        using var scope = NewDisposeScope();
        var rows = embeddings.detach().to(float64).cpu();
        Finite.Check(rows, name, ["row", "column"], "check that clip's sound");
        var mean = rows.mean([0L]);
        var centred = rows - mean;
        return scope.MoveToOuter(mean, centred.t().matmul(centred) / (count - 1));
    }

    // √Λ·Uᵀ, a matrix R with RᵀR = Σ; eigenvalues below zero are rounding.
    private static Tensor Root(Tensor covariance)
    {
        var (values, vectors) = linalg.eigh(covariance.to(float64));
        return values.clamp_min(0).sqrt().unsqueeze(1) * vectors.t();
    }
}
