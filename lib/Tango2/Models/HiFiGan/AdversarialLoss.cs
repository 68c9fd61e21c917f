namespace Tango2.Models;

/// <summary>The losses between a vocoder and its discriminators.</summary>
/// <remarks>HiFi-GAN (Kong, Kim, Bae, 2020), section 2.4, equations 1, 2 and 4; each a scalar.</remarks>
public static class AdversarialLoss
{
    /// <summary>Σ_d mean (D(x) − 1)² + mean D(G(s))²: what the discriminators minimise.</summary>
    /// <param name="real">Scores of recordings, one tensor for each discriminator.</param>
    /// <param name="generated">Scores of generated waveforms, cut from the generator's graph.</param>
    public static Tensor Discriminator(IReadOnlyList<Tensor> real, IReadOnlyList<Tensor> generated)
    {
        RequireSameCount(real.Count, generated.Count);
        using var scope = NewDisposeScope();
        return Sum(real.Zip(generated, (r, g) => (r - 1).square().mean() + g.square().mean()))
            .MoveToOuterDisposeScope();
    }

    /// <summary>Σ_d mean (D(G(s)) − 1)²: what the generator minimises.</summary>
    /// <param name="generated">Scores of generated waveforms, one tensor for each discriminator.</param>
    public static Tensor Generator(IReadOnlyList<Tensor> generated)
    {
        using var scope = NewDisposeScope();
        return Sum(generated.Select(g => (g - 1).square().mean())).MoveToOuterDisposeScope();
    }

    /// <summary>Σ_d Σ_i mean |Dⁱ(x) − Dⁱ(G(s))|: how far the layers' outputs for a pair are apart.</summary>
    /// <remarks>Weighted by 2 in HiFi-GAN's total (its λ_fm); the weight is the caller's.</remarks>
    /// <param name="real">Layers' outputs for recordings, for each discriminator.</param>
    /// <param name="generated">Layers' outputs for the waveforms generated from the recordings' mel.</param>
    public static Tensor FeatureMatching(
        IReadOnlyList<IReadOnlyList<Tensor>> real, IReadOnlyList<IReadOnlyList<Tensor>> generated)
    {
        RequireSameCount(real.Count, generated.Count);
        using var scope = NewDisposeScope();
        var pairs = real.Zip(generated).SelectMany(d => d.First.Zip(d.Second));
        return Sum(pairs.Select(p => (p.First - p.Second).abs().mean())).MoveToOuterDisposeScope();
    }

    private static Tensor Sum(IEnumerable<Tensor> terms) => terms.Aggregate((sum, term) => sum + term);

    private static void RequireSameCount(int real, int generated)
    {
        if (real != generated) throw new ArgumentException(
            $"real and generated must come from the same discriminators, but there are {real} and {generated}.");
    }
}
