using Tango2.Audio;
using Tango2.Metrics;
using Tango2.Models;

namespace Tango2.Pipelines;

/// <summary>Which of the mini world's sounds a clip holds and when, by the detector trained on exact event times.</summary>
/// <param name="models">The weights.</param>
public sealed class SceneDetector(ModelStore models)
{
    private readonly EventDetector _network = models.Detector();
    private readonly Cnn14Mel _mel = ModelStore.GroundingMel();

    /// <summary>The regions of every sound: [clip][sound index] → regions in order, at 40 ms.</summary>
    /// <param name="waveforms">[B, N] at 16 kHz.</param>
    /// <exception cref="ArgumentException">A clip is not finite; the message names it.</exception>
    public IReadOnlyList<IReadOnlyList<EventRegion>>[] Regions(Tensor waveforms)
    {
        Clips.CheckFinite(waveforms);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var found = new List<IReadOnlyList<IReadOnlyList<EventRegion>>>();
        foreach (var part in waveforms.split(64))
        {
            using var inner = NewDisposeScope();
            var heard = sigmoid(_network.call(_mel.Transform(part))).transpose(1, 2); // [B, K, T]
            found.AddRange(Decoder.DecodeAll(heard, [.. Enumerable.Range(found.Count, (int)part.shape[0])]));
        }
        return [.. found];
    }

    private static GroundingDecoder Decoder { get; } = GroundingDecoder.Steam with { Threshold = 0.5 };
}
