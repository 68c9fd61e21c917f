using Tango2.Tensors;

namespace Tango2.Models;

/// <summary>How far two waveforms' spectrograms are apart at several resolutions, whatever their phases.</summary>
/// <remarks>Parallel WaveGAN (Yamamoto, Song, Kim, 2020), section 2.2, equations 4 to 6.</remarks>
public static class SpectralLoss
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
