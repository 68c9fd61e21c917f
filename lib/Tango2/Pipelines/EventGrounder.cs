using Tango2.Audio;
using Tango2.Metrics;
using Tango2.Models;
using Tango2.Tensors;
using Tango2.Text;

namespace Tango2.Pipelines;

/// <summary>Where in a clip a described sound is heard, by the grounding model and STEAM's decoding.</summary>
public sealed class EventGrounder
{
    private const int Batch = 64;

    private readonly GroundingModel _network;
    private readonly WordVocabulary _words;
    private readonly Cnn14Mel _mel;
    private readonly GroundingDecoder _decoder;

    /// <summary>Puts network, words and front end together.</summary>
    /// <param name="network">The grounding model.</param>
    /// <param name="words">The words that it knows.</param>
    /// <param name="mel">Its front end.</param>
    /// <exception cref="ArgumentException">The mel bins are others, or the words more than the network knows.</exception>
    public EventGrounder(GroundingModel network, WordVocabulary words, Cnn14Mel mel)
    {
        Fits.Same(mel.Config.MelBins, network.Config.Audio.Mels, "the mel bins", "the grounding model's");
        Fits.Within(words.Count, network.Config.VocabSize, "the words", "those that the grounding model knows");
        (_network, _words, _mel) = (network, words, mel);
        _decoder = GroundingDecoder.Steam with
        {
            FrameSeconds = (double)(mel.Config.HopLength * network.Config.Audio.FramesPerStep) / mel.Config.SampleRate,
        };
    }

    /// <summary>Hz of the clips that it hears.</summary>
    public int SampleRate => _mel.Config.SampleRate;

    /// <summary>Whether files of other rates are resampled as librosa's older versions do, by resampy; else as torchaudio does.</summary>
    internal bool ByKaiser { get; init; }

    /// <summary>How probable each described sound is in each frame of one clip, [Q, T'].</summary>
    /// <param name="clip">Of any rate; at least as long as one frame of the result.</param>
    /// <param name="queries">Q phrases, at least one.</param>
    /// <exception cref="ArgumentException">The clip is empty, too short or not finite, or there is no query.</exception>
    public Tensor Probabilities(Waveform clip, IReadOnlyList<string> queries)
    {
        Clips.CheckFinite(clip);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var device = Clips.DeviceOf(_network);
        var samples = ByKaiser && clip.SampleRate != SampleRate
            ? new Waveform(KaiserResampler.ResampleToCeiling(clip.Samples, clip.SampleRate, SampleRate), SampleRate).ToTensor()
            : Clips.At(clip.ToTensor(), clip.SampleRate, SampleRate);
        var asked = _words.Batch(queries).To(device);
        return _network.Ask(_mel.Transform(samples.to(device)), asked.Ids, asked.Mask).squeeze(0).MoveToOuterDisposeScope();
    }

    /// <summary>The regions of each query in one clip: [query] → regions in order.</summary>
    /// <inheritdoc cref="Probabilities"/>
    public IReadOnlyList<IReadOnlyList<EventRegion>> Regions(Waveform clip, IReadOnlyList<string> queries)
    {
        if (queries.Count == 0) return [];
        using var scope = NewDisposeScope();
        return _decoder.DecodeAll(Probabilities(clip, queries).unsqueeze(0))[0];
    }

    /// <summary>The regions of each query in each clip: [clip][query] → regions in order.</summary>
    /// <param name="waveforms">[B, N].</param>
    /// <param name="queries">For each clip the phrases to look for; none give no regions.</param>
    /// <param name="sampleRate">The clips' rate, Hz; null where it is <see cref="SampleRate"/>. Others are resampled.</param>
    /// <exception cref="ArgumentException">There are not queries for each clip, or a clip is not finite.</exception>
    public IReadOnlyList<IReadOnlyList<EventRegion>>[] Regions(
        Tensor waveforms, IReadOnlyList<IReadOnlyList<string>> queries, int? sampleRate = null)
    {
        Clips.CheckFinite(waveforms);
        Clips.CheckCount(waveforms, queries.Count, "lists of queries");
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var device = Clips.DeviceOf(_network);
        var mels = _mel.Transform(Clips.At(waveforms.to(device), sampleRate, SampleRate));
        var found = new IReadOnlyList<IReadOnlyList<EventRegion>>[queries.Count];
        Array.Fill(found, []);
        foreach (var clips in Enumerable.Range(0, found.Length).Where(i => queries[i].Count > 0)
            .GroupBy(i => queries[i].Count).SelectMany(g => g.Chunk(Batch)))
        {
            using var inner = NewDisposeScope();
            var asked = _words.Batch([.. clips.SelectMany(i => queries[i])]).To(device);
            var heard = _network.Ask(mels.Rows(clips), asked.Ids, asked.Mask); // [B, Q, T']
            var regions = _decoder.DecodeAll(heard, clips);
            foreach (var (clip, byQuery) in clips.Zip(regions)) found[clip] = byQuery;
        }
        return found;
    }
}
