using Tango2.Audio;
using Tango2.Evaluation;
using Tango2.Metrics;
using Tango2.Mini.Foley;
using Tango2.Pipelines;

namespace Tango2.Mini.Truth;

/// <summary>Which of the mini world's sounds a clip holds and when, by the detector trained on exact event times.</summary>
public sealed class SceneDetector
{
    private const int Batch = 64;
    private static readonly GroundingDecoder Decoder = GroundingDecoder.Steam with { Threshold = 0.5 };
    private readonly EventDetector _network;
    private readonly Cnn14Mel _mel;

    internal SceneDetector(EventDetector network, Cnn14Mel mel) => (_network, _mel) = (network, mel);

    /// <summary>The regions of every sound: [clip][sound index] → regions in order, at 40 ms.</summary>
    /// <param name="waveforms">[B, N] at 16 kHz.</param>
    /// <exception cref="ArgumentException">A clip is not finite; the message names it.</exception>
    public IReadOnlyList<IReadOnlyList<EventRegion>>[] Regions(Tensor waveforms)
    {
        Clips.CheckFinite(waveforms);
        using var heard = Clips.InBatches(
            waveforms, Batch, part => sigmoid(_network.call(_mel.Transform(part.to(Clips.DeviceOf(_network))))).transpose(1, 2)); // [B, K, T]
        return Decoder.DecodeAll(heard);
    }

    /// <summary>As a listener of an evaluation: it knows the sounds by their labels.</summary>
    public Listener Listener => (waveforms, wanted) =>
    {
        Clips.CheckCount(waveforms, wanted.Count, "prompts");
        var heard = Regions(waveforms);
        return [.. wanted.Select((clip, i) =>
            clip.Sounds.Select(sound => heard[i][SoundEvents.ByKey(sound.Label).Index]).ToArray())];
    };
}
