using Tango2.Audio;
using Tango2.Metrics;
using Tango2.Models;
using Tango2.Tensors;
using Tango2.Text;

namespace Tango2.Pipelines;

/// <summary>Where in a clip a described sound is heard, by the grounding model and STEAM's decoding.</summary>
/// <param name="network">The grounding model.</param>
/// <param name="words">The words that it knows.</param>
/// <param name="mel">Its front end.</param>
public sealed class EventGrounder(GroundingModel network, WordVocabulary words, Cnn14Mel mel)
{
    private const int Batch = 64;

    private readonly GroundingDecoder _decoder = GroundingDecoder.Steam with
    {
        FrameSeconds = (double)(mel.Config.HopLength * network.Config.Audio.FramesPerStep) / mel.Config.SampleRate,
    };

    /// <summary>The regions of each query in each clip: [clip][query] → regions in order.</summary>
    /// <param name="waveforms">[B, N] at the front end's rate.</param>
    /// <param name="queries">For each clip the phrases to look for; none give no regions.</param>
    /// <exception cref="ArgumentException">There are not queries for each clip, or a clip is not finite.</exception>
    public IReadOnlyList<IReadOnlyList<EventRegion>>[] Regions(
        Tensor waveforms, IReadOnlyList<IReadOnlyList<string>> queries)
    {
        Clips.CheckFinite(waveforms);
        Clips.CheckCount(waveforms, queries.Count, "lists of queries");
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var mels = mel.Transform(waveforms);
        var found = new IReadOnlyList<IReadOnlyList<EventRegion>>[queries.Count];
        Array.Fill(found, []);
        foreach (var clips in Enumerable.Range(0, found.Length).Where(i => queries[i].Count > 0)
            .GroupBy(i => queries[i].Count).SelectMany(g => g.Chunk(Batch)))
        {
            using var inner = NewDisposeScope();
            using var asked = words.Batch([.. clips.SelectMany(i => queries[i])]);
            var heard = network.Ask(mels.Rows(clips), asked.Ids, asked.Mask); // [B, Q, T']
            var regions = _decoder.DecodeAll(heard, clips);
            foreach (var (clip, byQuery) in clips.Zip(regions)) found[clip] = byQuery;
        }
        return found;
    }
}
