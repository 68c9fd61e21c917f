using Tango2.Audio;
using Tango2.Metrics;
using Tango2.Models;
using Tango2.Text;

namespace Tango2.Pipelines;

/// <summary>Where in a clip a described sound is heard, by the grounding model and STEAM's decoding.</summary>
/// <param name="models">The weights.</param>
public sealed class EventGrounder(ModelStore models)
{
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
        var found = new IReadOnlyList<IReadOnlyList<EventRegion>>[queries.Count];
        for (var i = 0; i < queries.Count; i++)
        {
            using var inner = NewDisposeScope();
            using var query = _words.Batch(queries[i]);
            var mel = _mel.Transform(waveforms[TensorIndex.Slice(i, i + 1)]);
            var probabilities = _network.Ask(mel, query.Ids, query.Mask)[0]; // [Q, T']
            found[i] = [.. Enumerable.Range(0, queries[i].Count).Select(q =>
                GroundingDecoder.Steam.Decode(probabilities[q].data<float>().ToArray()))];
        }
        return found;
    }
}
