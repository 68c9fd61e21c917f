// Keys and numerics of torchvggish's Postprocessor, written from its definition.
using Tango2.Tensors;

namespace Tango2.Models;

/// <summary>Whitens embeddings and quantises them to 8 bits, as AudioSet's release has them; FAD does without.</summary>
public sealed class VggishPostprocessor : nn.Module<Tensor, Tensor>
{
    private const double Limit = 2;
    private readonly Tensor pca_eigen_vectors, pca_means;

    /// <summary>Builds a whitening that changes nothing; the checkpoint holds the published one.</summary>
    /// <param name="width">Width D of the embeddings.</param>
    public VggishPostprocessor(int width = 128) : base(nameof(VggishPostprocessor))
    {
        pca_eigen_vectors = eye(width).DetachFromDisposeScope();
        pca_means = zeros(width, 1).DetachFromDisposeScope();
        RegisterComponents();
    }

    /// <summary>[B, D] to [B, D], whole numbers from 0 to 255 for whitened values from −2 to 2.</summary>
    public override Tensor forward(Tensor embeddings)
    {
        Shape.Check(embeddings, $"B, {pca_means.shape[0]}");
        using var scope = NewDisposeScope();
        var whitened = pca_eigen_vectors.matmul(embeddings.t() - pca_means).t(); // [B, D]
        return ((whitened.clamp(-Limit, Limit) + Limit) * (255 / (2 * Limit))).round().MoveToOuterDisposeScope();
    }
}
