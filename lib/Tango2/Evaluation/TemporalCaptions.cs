using Tango2.Metrics;
using Tango2.Pipelines;

namespace Tango2.Evaluation;

/// <summary>What somebody hears of each sound that a prompt asks for: [clip][wanted sound] → regions in order.</summary>
/// <param name="waveforms">[B, N], one for each prompt, at the protocol's rate.</param>
/// <param name="wanted">What each asks for.</param>
public delegate IReadOnlyList<IReadOnlyList<EventRegion>>[] Listener(Tensor waveforms, IReadOnlyList<WantedClip> wanted);

/// <summary>The STEAM captions of a protocol: when each sound should be heard, and when one listener hears it.</summary>
public static class TemporalCaptions
{
    /// <summary>STEAM's listener: the grounding model is asked for each sound by its query.</summary>
    /// <param name="grounder">The grounding model.</param>
    /// <param name="sampleRate">Of the clips that are heard, Hz; null where it is the grounding model's.</param>
    public static Listener Of(EventGrounder grounder, int? sampleRate = null) => (waveforms, wanted) => grounder.Regions(
        waveforms, [.. wanted.Select(clip => clip.Sounds.Select(sound => sound.Query).ToArray())], sampleRate);

    /// <summary>What a listener hears of clips.</summary>
    /// <param name="listener">Who hears.</param>
    /// <param name="waveforms">[B, N], one for each prompt.</param>
    /// <param name="protocol">The prompts.</param>
    /// <exception cref="ArgumentException">There is not one clip for each prompt, or nobody knows what is wanted.</exception>
    public static IReadOnlyList<TemporalCaption> Heard(Listener listener, Tensor waveforms, Protocol protocol) =>
        Captions(protocol, listener(waveforms, Wanted(protocol)));

    /// <summary>A perfect listener of the real clips.</summary>
    public static IReadOnlyList<TemporalCaption> Perfect(Protocol protocol) => Captions(
        protocol, [.. Wanted(protocol).Select(clip => clip.Sounds.Select(sound => sound.Regions).ToArray())]);

    /// <summary>A system that makes no sound.</summary>
    public static IReadOnlyList<TemporalCaption> Silent(Protocol protocol) => Captions(
        protocol, [.. Wanted(protocol).Select(clip => clip.Sounds.Select(_ => (IReadOnlyList<EventRegion>)[]).ToArray())]);

    /// <summary>A system whose every sound lasts from the clip's start to its end.</summary>
    public static IReadOnlyList<TemporalCaption> Endless(Protocol protocol) => Captions(protocol,
        [.. Wanted(protocol).Select(clip => clip.Sounds.Select(_ => (IReadOnlyList<EventRegion>)[new(0, clip.Seconds)]).ToArray())]);

    /// <summary>STEAM's four measures, OER on the prompts of two sounds in sequence, the others on all; and whether all is there in order.</summary>
    /// <param name="captions">One for each prompt.</param>
    /// <param name="protocol">The prompts.</param>
    /// <exception cref="ArgumentException">There is not one caption for each prompt, or a region is no stretch of time.</exception>
    public static IReadOnlyDictionary<Metric, Score> Scores(IReadOnlyList<TemporalCaption> captions, Protocol protocol)
    {
        var wanted = Wanted(protocol);
        if (captions.Count != wanted.Count)
            throw new ArgumentException(
                $"There must be one caption for each of {wanted.Count} prompts, but there are {captions.Count}.");
        return new Dictionary<Metric, Score>
        {
            [Metric.Oer] = OrderErrorRate.Of([.. captions.Zip(wanted).Where(p => p.Second.Ordered).Select(p => p.First)]),
            [Metric.Dur] = DurationError.Of(captions),
            [Metric.Freq] = FrequencyError.Of(captions),
            [Metric.Time] = TimestampF1.Of(captions),
            [Metric.Fidelity] = Fidelity.Of(captions, [.. wanted.Select(clip => clip.InSequence)]),
        };
    }

    private static IReadOnlyList<WantedClip> Wanted(Protocol protocol) => protocol.Wanted
        ?? throw new ArgumentException("The protocol does not tell when each sound should be heard, so nothing temporal can be measured.");

    private static TemporalCaption[] Captions(Protocol protocol, IReadOnlyList<IReadOnlyList<EventRegion>>[] heard) =>
    [
        .. Wanted(protocol).Select((clip, i) => new TemporalCaption(protocol.Prompts[i], [.. clip.Sounds.Select((sound, k) =>
            new TemporalEvent(sound.Label, sound.Regions, heard[i][k]))])),
    ];
}
