using Tango2.Mini.Foley;
using Tango2.Tensors;
using TorchSharp.Modules;

namespace Tango2.Mini.Lab;

/// <summary>
/// Reads a scene off an embedding, of a clip or of a caption alike: which sounds there are, and which is first, second,
/// and so on up to the fifth; and off the audio network's features, which sounds are there at what time. Thrown away after
/// training.
/// </summary>
/// <remarks>
/// LAION's CLAP starts from branches trained on labels and on text (HTSAT on AudioSet, RoBERTa); the mini models start
/// from nothing, and the probe stands in for that training.
/// </remarks>
internal sealed class SceneProbe : nn.Module
{
    internal const int Positions = 5, PresenceWeight = 4;
    private static readonly int Sounds = SoundEvents.All.Count;
    private readonly Linear _presence, _order;
    private readonly Linear? _frames;

    /// <summary>A probe.</summary>
    /// <param name="width">Of the embeddings.</param>
    /// <param name="features">Channels of the feature maps; null where only embeddings are read.</param>
    public SceneProbe(int width, int? features = null) : base(nameof(SceneProbe))
    {
        _presence = nn.Linear(width, Sounds);
        _order = nn.Linear(width, Positions * (Sounds + 1));
        if (features is { } channels) _frames = nn.Linear(channels, Sounds);
        RegisterComponents();
    }

    /// <summary>How badly the scenes can be read: cross-entropies of presence and, for sequences, of each place.</summary>
    /// <param name="embeddings">Unit vectors [B, D].</param>
    /// <param name="scenes">What row i says.</param>
    /// <returns>Scalar.</returns>
    public Tensor Loss(Tensor embeddings, IReadOnlyList<Scene> scenes)
    {
        using var scope = NewDisposeScope();
        var scaled = embeddings * Math.Sqrt(embeddings.shape[1]);
        var truth = stack([.. scenes.Select(s => tensor(EventLabels.Clip(s)))]).to(scaled.device);
        var loss = nn.functional.binary_cross_entropy_with_logits(_presence.call(scaled), truth) * PresenceWeight;
        var sequences = Enumerable.Range(0, scenes.Count).Where(i => HasOrder(scenes[i])).ToArray();
        if (sequences.Length > 0)
        {
            var rows = scaled.Rows(sequences);
            var places = tensor(sequences.SelectMany(i => Places(scenes[i])).ToArray(), device: rows.device);
            loss = loss + nn.functional.cross_entropy(_order.call(rows).reshape(-1, Sounds + 1), places);
        }
        return loss.MoveToOuterDisposeScope();
    }

    /// <summary>How badly each sound's time can be read: the cross-entropy of the share of each step that it fills.</summary>
    /// <param name="featureMap">[B, C, F', T'].</param>
    /// <param name="scenes">What row i holds.</param>
    /// <returns>Scalar.</returns>
    /// <exception cref="InvalidOperationException">The probe was made without feature maps.</exception>
    public Tensor FrameLoss(Tensor featureMap, IReadOnlyList<Scene> scenes)
    {
        if (_frames is null)
            throw new InvalidOperationException("This probe reads embeddings only: give it the feature map's channels.");
        using var scope = NewDisposeScope();
        var steps = featureMap.shape[3];
        var truth = stack([.. scenes.Select(s => tensor(EventLabels.Frames(s)))]).to(featureMap.device);                            // [B, T, K]
        var share = nn.functional.adaptive_avg_pool1d(truth.transpose(1, 2), steps).transpose(1, 2);          // [B, T', K]
        var logits = _frames.call(featureMap.mean([2]).transpose(1, 2));                                      // [B, T', K]
        return nn.functional.binary_cross_entropy_with_logits(logits, share).MoveToOuterDisposeScope();
    }

    internal static bool HasOrder(Scene scene) => scene.Structure is SceneStructure.Single or SceneStructure.Sequence;

    internal static IEnumerable<long> Places(Scene scene) => Enumerable.Range(0, Positions)
        .Select(place => place < scene.Events.Count ? scene.Events[place].Event.Index : (long)Sounds);
}

/// <summary>
/// Reads a scene off the states of a caption's tokens: which sounds there are, from their mean; and which is first,
/// second and so on, by attention, as a U-Net reads them. Thrown away after training.
/// </summary>
internal sealed class CaptionProbe : nn.Module
{
    private readonly Linear _presence, _keys, _place;

    /// <summary>A probe.</summary>
    /// <param name="width">Of the states, D.</param>
    public CaptionProbe(int width) : base(nameof(CaptionProbe))
    {
        _presence = nn.Linear(width, SoundEvents.All.Count);
        _keys = nn.Linear(width, SceneProbe.Positions);
        _place = nn.Linear(width, SoundEvents.All.Count + 1);
        RegisterComponents();
    }

    /// <summary>How badly the scenes can be read, and the share of the places that are read rightly.</summary>
    /// <param name="states">[B, L, D].</param>
    /// <param name="mask">[B, L]; 0 for padding.</param>
    /// <param name="scenes">What row i says; at least one has a single sound or an order.</param>
    public (Tensor Loss, double PlacesRight) Loss(Tensor states, Tensor mask, IReadOnlyList<Scene> scenes)
    {
        using var scope = NewDisposeScope();
        var there = mask.to(@bool).unsqueeze(-1);                                                             // [B, L, 1]
        var mean = (states * there).sum(1) / there.sum(1);                                                    // [B, D]
        var truth = stack([.. scenes.Select(s => tensor(EventLabels.Clip(s)))]).to(states.device);
        var presence = nn.functional.binary_cross_entropy_with_logits(_presence.call(mean), truth);
        var sequences = Enumerable.Range(0, scenes.Count).Where(i => SceneProbe.HasOrder(scenes[i])).ToArray();
        var attention = _keys.call(states).masked_fill(there.logical_not(), -1e4).softmax(1).transpose(1, 2); // [B, P, L]
        var read = _place.call(attention.matmul(states)).Rows(sequences).flatten(0, 1);                       // [B·P, K+1]
        var places = tensor(sequences.SelectMany(i => SceneProbe.Places(scenes[i])).ToArray(), device: read.device);
        var loss = (SceneProbe.PresenceWeight * presence) + nn.functional.cross_entropy(read, places);
        var right = (read.argmax(1) == places).to(float32).mean().item<float>();
        return (loss.MoveToOuterDisposeScope(), right);
    }
}
