using Tango2.Metrics;

namespace Tango2.Lab;

/// <summary>What one model's clips measure, with values per prompt where the metric has them.</summary>
/// <param name="Model">"base", "aligned", or "real" for the world's own clips.</param>
/// <param name="Scores">clap, clapIndependent, kl, oer, dur, freq, time; and with the prefix "truth." by the detector.</param>
/// <param name="Fad">Fréchet distance to real clips, on the tagger's embeddings.</param>
/// <param name="InceptionScore">On the tagger's logits.</param>
/// <param name="Features">What both are computed on; the owner disposes it.</param>
/// <param name="Waveforms">[B, N] at 16 kHz; the owner disposes it.</param>
public sealed record Evaluation(
    string Model, IReadOnlyDictionary<string, Score> Scores, double Fad, double InceptionScore,
    TaggerFeatures Features, Tensor Waveforms)
{
    /// <summary>Every metric's value by key, fad and is among them.</summary>
    public IReadOnlyDictionary<string, double> Values => new Dictionary<string, double>(
        Scores.Select(s => KeyValuePair.Create(s.Key, s.Value.Value)))
    {
        ["fad"] = Fad,
        ["is"] = InceptionScore,
    };
}
