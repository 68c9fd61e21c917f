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
    /// <param name="queries">For each clip the phrases to look for.</param>
    public IReadOnlyList<IReadOnlyList<EventRegion>>[] Regions(
        Tensor waveforms, IReadOnlyList<IReadOnlyList<string>> queries)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var mels = _mel.Transform(waveforms);
        var found = new IReadOnlyList<IReadOnlyList<EventRegion>>[queries.Count];
        foreach (var clips in Enumerable.Range(0, found.Length).GroupBy(i => queries[i].Count).SelectMany(g => g.Chunk(Batch)))
        {
            using var inner = NewDisposeScope();
            using var asked = _words.Batch([.. clips.SelectMany(i => queries[i])]);
            var regions = GroundingDecoder.Steam.DecodeAll(_network.Ask(mels.Rows(clips), asked.Ids, asked.Mask)); // [B, Q, T']
            foreach (var (clip, heard) in clips.Zip(regions)) found[clip] = heard;
        }
        return found;
    }
}
