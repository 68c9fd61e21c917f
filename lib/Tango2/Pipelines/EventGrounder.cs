using Tango2.Audio;
using Tango2.Metrics;
using Tango2.Models;
using Tango2.Tensors;
using Tango2.Text;

namespace Tango2.Pipelines;

/// <summary>Where in a clip a described sound is heard, by the grounding model and STEAM's decoding.</summary>
/// <param name="models">The weights.</param>
public sealed class EventGrounder(ModelStore models)
{
    private const int Batch = 64;
    private readonly GroundingModel _network = models.Grounding();
    private readonly WordVocabulary _words = models.Words();
    private readonly Cnn14Mel _mel = ModelStore.GroundingMel();

    /// <summary>The regions of each query in each clip: [clip][query] → regions in order.</summary>
    /// <param name="waveforms">[B, N] at 16 kHz.</param>
    /// <param name="queries">For each clip the phrases to look for; none give no regions.</param>
    /// <exception cref="ArgumentException">There are not queries for each clip, or a clip is not finite.</exception>
    public IReadOnlyList<IReadOnlyList<EventRegion>>[] Regions(
        Tensor waveforms, IReadOnlyList<IReadOnlyList<string>> queries)
    {
        Clips.CheckFinite(waveforms);
        Clips.CheckCount(waveforms, queries.Count, "lists of queries");
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var mels = _mel.Transform(waveforms);
        var found = new IReadOnlyList<IReadOnlyList<EventRegion>>[queries.Count];
        Array.Fill(found, []);
        foreach (var clips in Enumerable.Range(0, found.Length).Where(i => queries[i].Count > 0)
            .GroupBy(i => queries[i].Count).SelectMany(g => g.Chunk(Batch)))
        {
            using var inner = NewDisposeScope();
            using var asked = _words.Batch([.. clips.SelectMany(i => queries[i])]);
            var heard = _network.Ask(mels.Rows(clips), asked.Ids, asked.Mask); // [B, Q, T']
            var regions = GroundingDecoder.Steam.DecodeAll(heard, clips);
            foreach (var (clip, byQuery) in clips.Zip(regions)) found[clip] = byQuery;
        }
        return found;
    }
}
