using Tango2.Display;
using Tango2.Pipelines;
using Tango2.Preferences;
using Tango2.Tensors;

namespace Tango2.Studies;

/// <summary>What perturbed prompts look like, and what a model makes of them.</summary>
public static class PerturbationStudy
{
    /// <summary>The perturbations of captions, with what was changed.</summary>
    /// <param name="perturber">Makes them.</param>
    /// <param name="captions">The originals.</param>
    /// <param name="strategy">2 or 3.</param>
    /// <param name="count">At most so many for each caption.</param>
    /// <param name="seed">Of the choice among them.</param>
    public static IReadOnlyList<(string Caption, Perturbation Perturbation)> Of(
        IPromptPerturber perturber, IReadOnlyList<string> captions, Strategy strategy, int count, long seed) =>
        [.. captions.SelectMany((caption, i) => perturber
            .Perturb(caption, strategy, count, Seeds.Random(seed, $"perturbation study/{strategy.Label()}", i))
            .Select(perturbation => (caption, perturbation)))];

    /// <summary>A table of them; a caption is written only in its first row.</summary>
    public static Table Table(string title, IReadOnlyList<(string Caption, Perturbation Perturbation)> perturbed)
    {
        var table = new Table(title, "original", "perturbed", "changed");
        var last = "";
        foreach (var (caption, perturbation) in perturbed)
        {
            table.Add(caption == last ? "" : caption, perturbation.Text, perturbation.Kind.ToString().ToLowerInvariant());
            last = caption;
        }
        return table;
    }

    /// <summary>Clips of original and perturbed prompts from the same noise, scored against the original prompt.</summary>
    /// <param name="model">Makes the clips.</param>
    /// <param name="clap">Scores them.</param>
    /// <param name="perturbed">The prompts; equal originals next to each other share one clip.</param>
    /// <param name="seed">Of the noise.</param>
    /// <param name="options">Steps, guidance and sampler.</param>
    public static IReadOnlyList<PerturbedSound> Listen(
        TextToAudio model, ClapScorer clap, IReadOnlyList<(string Caption, Perturbation Perturbation)> perturbed,
        long seed, GenerationOptions? options = null)
    {
        string[] captions = [.. perturbed.Select(p => p.Caption).Distinct()];
        string[] texts = [.. captions, .. perturbed.Select(p => p.Perturbation.Text)];
        string[] asked = [.. captions, .. perturbed.Select(p => p.Caption)];
        var seeds = asked.Select(caption => Seeds.Derive(seed, "perturbation study", Array.IndexOf(captions, caption)));
        var sound = model.Generate(texts, [.. seeds], options);
        var scores = clap.Score(sound, asked);
        return [.. perturbed.Select((p, i) => new PerturbedSound(
            p.Caption, p.Perturbation, At(Array.IndexOf(captions, p.Caption)), At(captions.Length + i)))];

        (Tensor, double) At(int row) => (sound[row], scores[row]);
    }
}

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
