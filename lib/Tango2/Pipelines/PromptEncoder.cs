using Tango2.Diffusion;
using Tango2.Models;
using Tango2.Text;

namespace Tango2.Pipelines;

/// <summary>Prompts to the states that a denoiser reads.</summary>
public sealed class PromptEncoder
{
    private readonly PromptTokenizer _tokenizer;
    private readonly T5EncoderModel _network;
    private readonly UnreadEnds _unread;
    private TextStates? _empty;

    /// <summary>Puts tokenizer and network together.</summary>
    /// <param name="tokenizer">How prompts are cut into tokens.</param>
    /// <param name="network">The frozen text encoder.</param>
    /// <exception cref="ArgumentException">The tokenizer has more pieces than the network knows.</exception>
    public PromptEncoder(PromptTokenizer tokenizer, T5EncoderModel network)
    {
        Fits.Within(
            tokenizer.VocabularySize, network.Config.VocabSize, "the tokenizer's pieces", "the text encoder's vocab_size");
        (_tokenizer, _network, _unread) = (tokenizer, network, new("the text encoder", tokenizer.Length));
    }

    /// <summary>Tokens that are read of a prompt; longer ones are cut.</summary>
    public int Length => _tokenizer.Length;

    /// <summary>Width D of the states.</summary>
    internal long Width => _network.Config.DModel;

    /// <summary>Moves the network, in place; what is kept of it is forgotten.</summary>
    internal void Move(Device device, ScalarType precision)
    {
        _network.Moved(device, precision);
        _empty?.Dispose();
        _empty = null;
    }

    /// <summary>States [B, S, D] and mask [B, S] of prompts; warns of those whose end is not read.</summary>
    public TextStates Encode(IReadOnlyList<string> prompts)
    {
        WarnOfUnread(prompts);
        return States(prompts);
    }

    /// <summary>Warns of prompts whose end is not read.</summary>
    internal void WarnOfUnread(IReadOnlyList<string> prompts) => _unread.Warn(prompts, _tokenizer.ReadLength);

    /// <summary>The states, without a warning.</summary>
    /// <param name="prompts">B prompts.</param>
    /// <param name="width">S; null takes the tokenizer's own.</param>
    internal TextStates States(IReadOnlyList<string> prompts, int? width = null)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var read = _tokenizer.Batch(prompts, width);
        using var tokens = read.To(_network.Device);
        return new TextStates(_network.call(tokens.Ids, tokens.Mask), tokens.Mask.to(@bool)).MoveToOuterDisposeScope();
    }

    /// <summary>The empty prompt's states, of the shape of others; they are computed once, and kept until the shape is another.</summary>
    internal TextStates Empty(TextStates like)
    {
        var (count, width) = (like.EncoderHiddenStates.shape[0], like.EncoderHiddenStates.shape[1]);
        if (_empty is { } kept && kept.EncoderAttentionMask.shape.SequenceEqual([count, width])) return kept;
        _empty?.Dispose();
        var states = States([.. Enumerable.Repeat("", (int)count)], (int)width).DetachFromDisposeScope();
        _empty = states;
        return states;
    }
}
