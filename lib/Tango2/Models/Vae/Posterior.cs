namespace Tango2.Models;

/// <summary>What the encoder says of a mel: an independent normal distribution for each value of the latents.</summary>
/// <param name="Mean">[B, C, T, F].</param>
/// <param name="LogVar">[B, C, T, F], logarithm of the variance.</param>
public sealed record Posterior(Tensor Mean, Tensor LogVar)
{
    /// <summary>The distribution's most probable latents: the mean.</summary>
    public Tensor Mode => Mean;

    /// <summary>Splits [B, 2C, T, F] into mean and log-variance, the latter held within [−30, 20].</summary>
    public static Posterior FromMoments(Tensor moments)
    {
        using var scope = NewDisposeScope();
        var halves = moments.chunk(2, dim: 1);
        return new(halves[0].MoveToOuterDisposeScope(), halves[1].clamp(-30, 20).MoveToOuterDisposeScope());
    }

    /// <summary>mean + σ·ε with ε from <paramref name="generator"/>; [B, C, T, F].</summary>
    public Tensor Sample(Generator generator)
    {
        using var noise = randn(Mean.shape, dtype: Mean.dtype, device: Mean.device, generator: generator);
        return Sample(noise);
    }

    /// <summary>mean + σ·ε with ε = <paramref name="noise"/>; [B, C, T, F].</summary>
    public Tensor Sample(Tensor noise)
    {
        Tensors.Shape.Check(Mean, "B, C, T, F").And(noise, "B, C, T, F");
        using var scope = NewDisposeScope();
        return (Mean + (0.5 * LogVar).exp() * noise).MoveToOuterDisposeScope();
    }

    /// <summary>½ (μ² + σ² − 1 − log σ²), divergence from the standard normal, averaged over an example; [B].</summary>
    /// <remarks>AudioLDM averages over C, T and F; the divergence of the joint distribution is the sum.</remarks>
    public Tensor Kl()
    {
        using var scope = NewDisposeScope();
        return (0.5 * (Mean.square() + LogVar.exp() - 1 - LogVar).mean([1, 2, 3])).MoveToOuterDisposeScope();
    }
}
