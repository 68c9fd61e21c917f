using Tango2.Tensors;

namespace Tango2.Models;

/// <summary>The losses between a vocoder and its discriminators.</summary>
/// <remarks>HiFi-GAN (Kong, Kim, Bae, 2020), section 2.4, equations 1, 2 and 4; each a scalar.</remarks>
internal static class AdversarialLoss
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

/// <summary>How far two waveforms' spectrograms are apart at several resolutions, whatever their phases.</summary>
/// <remarks>Parallel WaveGAN (Yamamoto, Song, Kim, 2020), section 2.2, equations 4 to 6.</remarks>
internal static class SpectralLoss
{
    /// <summary>‖|Y| − |X|‖ / ‖|Y|‖ and mean |log |Y| − log |X||, averaged over clips and resolutions.</summary>
    /// <param name="generated">[B, N], X's waveform; longer than half the largest transform.</param>
    /// <param name="target">[B, N], Y's waveform.</param>
    /// <param name="resolutions">Which spectrograms to compare; at least one.</param>
    /// <param name="floor">
    /// A magnitude that counts as silence, added to all before they are compared. Without one, digital silence outweighs
    /// every sound.
    /// </param>
    public static SpectralTerms Terms(
        Tensor generated, Tensor target, IReadOnlyList<StftResolution> resolutions, double floor = 0)
    {
        Shape.Check(generated, "B, N").And(target, "B, N");
        using var scope = NewDisposeScope();
        var terms = resolutions.Select(r => One(Magnitude(generated, r) + floor, Magnitude(target, r) + floor)).ToArray();
        return new(
            stack([.. terms.Select(t => t.Convergence)]).mean().MoveToOuterDisposeScope(),
            stack([.. terms.Select(t => t.LogMagnitude)]).mean().MoveToOuterDisposeScope());
    }

    private static SpectralTerms One(Tensor generated, Tensor target) => new(
        ((target - generated).square().sum([1, 2]).sqrt() / target.square().sum([1, 2]).sqrt()).mean(),
        (target.log() - generated.log()).abs().mean());

    /// <summary>[B, N] to [B, F, T]; at least √10⁻⁷, which keeps logarithms and slopes finite.</summary>
    private static Tensor Magnitude(Tensor waveform, StftResolution resolution)
    {
        var window = hann_window(resolution.Window, device: waveform.device, dtype: waveform.dtype);
        var spectrum = stft(
            waveform, resolution.FftSize, resolution.Hop, resolution.Window, window, return_complex: true);
        return view_as_real(spectrum).square().sum(-1).clamp_min(1e-7).sqrt();
    }
}

/// <summary>The two parts of a spectral loss, each a scalar averaged over resolutions.</summary>
/// <param name="Convergence">Spectral convergence: ‖|Y| − |X|‖ / ‖|Y|‖.</param>
/// <param name="LogMagnitude">mean |log |Y| − log |X||.</param>
internal sealed record SpectralTerms(Tensor Convergence, Tensor LogMagnitude);

/// <summary>One resolution of a spectrogram.</summary>
/// <param name="FftSize">Samples of a Fourier transform.</param>
/// <param name="Hop">Samples between frames.</param>
/// <param name="Window">Samples of the Hann window, at most <paramref name="FftSize"/>.</param>
internal sealed record StftResolution(int FftSize, int Hop, int Window);
