using Tango2.Tensors;

namespace Tango2.Training;

/// <summary>Preference pairs ready for training: everything that does not change is computed once.</summary>
public sealed class PreferenceSet : IDisposable
{
    private readonly Tensor _winners, _losers, _states, _mask;
    private readonly long[] _prompts;

    /// <summary>Takes the tensors over.</summary>
    /// <param name="winners">Latents of the preferred clips, [P, C, T, F].</param>
    /// <param name="losers">Latents of the other clips, [P, C, T, F].</param>
    /// <param name="states">Text states of the distinct prompts, [M, S, D].</param>
    /// <param name="mask">Their mask, [M, S].</param>
    /// <param name="prompts">For each pair its row among the prompts.</param>
    public PreferenceSet(Tensor winners, Tensor losers, Tensor states, Tensor mask, long[] prompts)
    {
        Shape.Check(winners, "P, C, T, F").And(losers, "P, C, T, F").And(states, "M, S, D").And(mask, "M, S");
        if (prompts.Length != winners.shape[0])
            throw new ArgumentException($"There are {winners.shape[0]} pairs, but {prompts.Length} prompts.");
        (_winners, _losers, _states, _mask, _prompts) = (
            winners.DetachFromDisposeScope(), losers.DetachFromDisposeScope(), states.DetachFromDisposeScope(),
            mask.DetachFromDisposeScope(), prompts);
    }

    /// <summary>Number of pairs.</summary>
    public int Count => _prompts.Length;

    /// <summary>Some pairs: latents [B, C, T, F] of winners and losers, states [B, S, D], mask [B, S].</summary>
    public (Tensor Winners, Tensor Losers, Tensor States, Tensor Mask) Batch(int[] pairs)
    {
        var rows = tensor(Array.ConvertAll(pairs, p => (long)p));
        var prompts = tensor(Array.ConvertAll(pairs, p => _prompts[p]));
        return (_winners.index_select(0, rows), _losers.index_select(0, rows),
            _states.index_select(0, prompts), _mask.index_select(0, prompts));
    }

    /// <summary>A digest of all that a training takes from the pairs.</summary>
    public string Digest() => RunOrigin.Digest(new Dictionary<string, Tensor>
    {
        ["winners"] = _winners,
        ["losers"] = _losers,
        ["states"] = _states,
        ["mask"] = _mask,
    }) + RunOrigin.Digest(_prompts);

    /// <inheritdoc/>
    public void Dispose()
    {
        _winners.Dispose();
        _losers.Dispose();
        _states.Dispose();
        _mask.Dispose();
    }
}
