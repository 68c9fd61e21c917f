using Tango2.Preferences;

namespace Tango2.Studies;

/// <summary>A clip made from a perturbed prompt, beside the one made from the original with the same noise.</summary>
/// <param name="Prompt">The original, which both clips are scored against.</param>
/// <param name="Perturbation">The prompt that the losing clip is made from.</param>
/// <param name="Original">The original's clip and score.</param>
/// <param name="Perturbed">The perturbed prompt's clip and score.</param>
public sealed record PerturbedSound(
    string Prompt, Perturbation Perturbation, (Tensor Waveform, double Score) Original,
    (Tensor Waveform, double Score) Perturbed)
{
    /// <summary>Score of the original's clip − score of the perturbed one's; the paper keeps a pair only above 0.</summary>
    public double Margin => Original.Score - Perturbed.Score;
}
