using Tango2.Mini.Foley;
using Tango2.Tensors;
using TorchSharp.Modules;

namespace Tango2.Mini.Lab;

/// <summary>
/// Reads a scene off the states of a caption's tokens: which sounds there are, from their mean; and which is first,
/// second, third and fourth, by attention, as a U-Net reads them. Thrown away after training.
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
        var truth = stack([.. scenes.Select(s => tensor(EventLabels.Clip(s)))]);
        var presence = nn.functional.binary_cross_entropy_with_logits(_presence.call(mean), truth);
        var sequences = Enumerable.Range(0, scenes.Count).Where(i => SceneProbe.HasOrder(scenes[i])).ToArray();
        var attention = _keys.call(states).masked_fill(there.logical_not(), -1e4).softmax(1).transpose(1, 2); // [B, P, L]
        var read = _place.call(attention.matmul(states)).Rows(sequences).flatten(0, 1);                       // [B·P, K+1]
        var places = tensor(sequences.SelectMany(i => SceneProbe.Places(scenes[i])).ToArray());
        var loss = (SceneProbe.PresenceWeight * presence) + nn.functional.cross_entropy(read, places);
        var right = (read.argmax(1) == places).to(float32).mean().item<float>();
        return (loss.MoveToOuterDisposeScope(), right);
    }
}
