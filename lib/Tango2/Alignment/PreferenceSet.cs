using Tango2.Diffusion;
using Tango2.Pipelines;
using Tango2.Preferences;
using Tango2.Tensors;
using Tango2.Training;

namespace Tango2.Alignment;

/// <summary>Preference pairs ready for training: everything that does not change is computed once.</summary>
public sealed class PreferenceSet : IDisposable
{
    private readonly Tensor _winners, _losers;
    private readonly TextStates _text;
    private readonly long[] _prompts;

    /// <summary>Takes the tensors over.</summary>
    /// <param name="winners">Latents of the preferred clips, [P, C, T, F].</param>
    /// <param name="losers">Latents of the other clips, [P, C, T, F].</param>
    /// <param name="text">The M distinct prompts: states [M, S, D] and mask [M, S].</param>
    /// <param name="prompts">For each pair its row among the prompts.</param>
    public PreferenceSet(Tensor winners, Tensor losers, TextStates text, long[] prompts)
    {
        Shape.Check(winners, "P, C, T, F").And(losers, "P, C, T, F")
            .And(text.EncoderHiddenStates, "M, S, D").And(text.EncoderAttentionMask, "M, S");
        if (prompts.Length != winners.shape[0])
            throw new ArgumentException($"There are {winners.shape[0]} pairs, but {prompts.Length} prompts.");
        (_winners, _losers, _text, _prompts) = (
            winners.DetachFromDisposeScope(), losers.DetachFromDisposeScope(), text.DetachFromDisposeScope(), prompts);
    }

    /// <summary>Number of pairs.</summary>
    public int Count => _prompts.Length;

    /// <summary>S, the places of each prompt's states.</summary>
    internal long TextLength => _text.EncoderAttentionMask.shape[1];

    /// <summary>Pairs of clips that are there.</summary>
    /// <param name="pairs">At least one; each of clips of the set, by id or by a path that ends in one.</param>
    /// <param name="clips">The clips' latents.</param>
    /// <param name="tango">Encodes the prompts.</param>
    /// <exception cref="ArgumentException">
    /// There is no pair, or one is of other clips, which the message names; or the latents are not the pipeline's.
    /// </exception>
    public static PreferenceSet From(IReadOnlyList<PreferencePair> pairs, CandidateSet clips, TextToAudio tango)
    {
        if (pairs.Count == 0)
            throw new ArgumentException("The filter keeps no pair: loosen its thresholds or generate more candidates.");
        PairCheck.Check(pairs.Select(pair => pair with // as the plan names them, whatever the folder
        {
            Winner = Path.GetFileName(pair.Winner),
            Loser = Path.GetFileName(pair.Loser),
        }));
        foreach (var pair in pairs) clips.Plan.Check(pair);
        tango.CheckLatents(clips.Latents);
        using var scope = NewDisposeScope();
        string[] prompts = [.. pairs.Select(pair => pair.Prompt).Distinct()];
        var rows = prompts.Index().ToDictionary(p => p.Item, p => (long)p.Index);
        return new(
            clips.LatentsOf(pairs.Select(pair => pair.Winner)).to(tango.Device), clips.LatentsOf(pairs.Select(pair => pair.Loser)).to(tango.Device),
            tango.Encode(prompts), [.. pairs.Select(pair => rows[pair.Prompt])]);
    }

    /// <summary>Some pairs.</summary>
    /// <param name="pairs">Their places, which may repeat.</param>
    public PairBatch Batch(int[] pairs)
    {
        using var prompts = tensor(Array.ConvertAll(pairs, p => _prompts[p]), device: _text.EncoderHiddenStates.device);
        return new(_winners.Rows(pairs), _losers.Rows(pairs), _text.Rows(prompts));
    }

    /// <summary>A digest of all that a training takes from the pairs.</summary>
    public string Digest() => RunOrigin.Digest(new Dictionary<string, Tensor>
    {
        ["winners"] = _winners,
        ["losers"] = _losers,
        ["states"] = _text.EncoderHiddenStates,
        ["mask"] = _text.EncoderAttentionMask,
    }) + RunOrigin.Digest(_prompts);

    /// <inheritdoc/>
    public void Dispose()
    {
        _winners.Dispose();
        _losers.Dispose();
        _text.Dispose();
    }
}
