using Tango2.Tensors;

namespace Tango2.Diffusion;

/// <summary>A network with its text filled in, guided: one batch of [empty, text], or of the one that the scale leaves.</summary>
public sealed class GuidedDenoiser : IDisposable
{
    private readonly Func<Tensor, Tensor, Tensor, Tensor, Tensor> _network;
    private readonly Tensor _states, _mask;
    private readonly double _guidanceScale;
    private readonly bool _both;

    /// <summary>Copies the texts; see <see cref="Guidance.Guide"/>.</summary>
    public GuidedDenoiser(
        Func<Tensor, Tensor, Tensor, Tensor, Tensor> network, TextStates text, TextStates? emptyText,
        double guidanceScale)
    {
        Guidance.Check(guidanceScale);
        var shape = Shape.Check(text.EncoderHiddenStates, "B, S, D").And(text.EncoderAttentionMask, "B, S");
        (_network, _guidanceScale) = (network, guidanceScale);
        TextStates[] read = [text];
        if (Guidance.Applies(guidanceScale))
        {
            var empty = emptyText
                ?? throw new ArgumentNullException(nameof(emptyText), "emptyText is needed where guidanceScale is not 1.");
            shape.And(empty.EncoderHiddenStates, "B, S, D").And(empty.EncoderAttentionMask, "B, S");
            read = guidanceScale == 0 ? [empty] : [empty, text];
        }
        _both = read.Length == 2;
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        _states = cat([.. read.Select(one => one.EncoderHiddenStates)]).clone().DetachFromDisposeScope();
        _mask = cat([.. read.Select(one => one.EncoderAttentionMask)]).clone().DetachFromDisposeScope();
    }

    /// <summary>The prediction, guided; usable as a <see cref="Denoiser"/>.</summary>
    /// <param name="noisyLatents">z_t, [B, C, T, F].</param>
    /// <param name="timesteps">t, [B], int64.</param>
    public Tensor Predict(Tensor noisyLatents, Tensor timesteps)
    {
        using var scope = NewDisposeScope();
        if (!_both) return _network(noisyLatents, timesteps, _states, _mask).MoveToOuterDisposeScope();
        var both = _network(cat([noisyLatents, noisyLatents]), cat([timesteps, timesteps]), _states, _mask);
        var halves = both.chunk(2);
        return Guidance.Combine(halves[0], halves[1], _guidanceScale).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _states.Dispose();
        _mask.Dispose();
    }
}
