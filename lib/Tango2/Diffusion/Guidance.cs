using Tango2.Tensors;

namespace Tango2.Diffusion;

/// <summary>Classifier-free guidance: away from the prediction without text, through the one with it, and beyond.</summary>
public static class Guidance
{
    /// <summary>u + w·(c − u).</summary>
    /// <param name="unconditional">u, the prediction for the empty text, [B, C, T, F].</param>
    /// <param name="conditional">c, the prediction for the text, [B, C, T, F].</param>
    /// <param name="guidanceScale">w, 0 or more: 0 ignores the text, 1 is the plain prediction, 3 is the paper's.</param>
    public static Tensor Combine(Tensor unconditional, Tensor conditional, double guidanceScale)
    {
        Check(guidanceScale);
        using var scope = NewDisposeScope();
        return (unconditional + guidanceScale * (conditional - unconditional)).MoveToOuterDisposeScope();
    }

    /// <summary>Whether a scale asks for the prediction without text: any but 1, which is the plain prediction.</summary>
    /// <remarks>The reference asks for it only above 1: its 0 and 0.5 are its 1. Here they are what the formula says.</remarks>
    public static bool Applies(double guidanceScale) => guidanceScale != 1;

    /// <summary>Refuses a scale that is no number, infinite or negative.</summary>
    /// <exception cref="ArgumentException">It is.</exception>
    internal static void Check(double guidanceScale)
    {
        if (!double.IsFinite(guidanceScale) || guidanceScale < 0)
            throw new ArgumentException(FormattableString.Invariant(
                $"The guidance scale must be a number, 0 or more, but is {guidanceScale}."));
    }
}

/// <summary>A network with its text filled in, guided: one batch of [empty, text], or of the one that the scale leaves.</summary>
internal sealed class GuidedDenoiser : IDisposable
{
    private readonly TextDenoiser _network;
    private readonly TextStates _text;
    private readonly double _guidanceScale;
    private readonly bool _both;

    /// <summary>Copies the texts that the scale asks for, and holds them until it is disposed.</summary>
    /// <param name="network">The network.</param>
    /// <param name="text">The prompts' states [B, S, D] and mask [B, S].</param>
    /// <param name="emptyText">The empty prompt's, of the same shapes; null only where the scale is 1.</param>
    /// <param name="guidanceScale">w in <see cref="Guidance.Combine"/>, 0 or more.</param>
    public GuidedDenoiser(TextDenoiser network, TextStates text, TextStates? emptyText, double guidanceScale)
    {
        Guidance.Check(guidanceScale);
        var shape = Shape.Check(text.EncoderHiddenStates, "B, S, D").And(text.EncoderAttentionMask, "B, S");
        (_network, _guidanceScale) = (network, guidanceScale);
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        var read = text;
        if (Guidance.Applies(guidanceScale))
        {
            var empty = emptyText
                ?? throw new ArgumentNullException(nameof(emptyText), "emptyText is needed where guidanceScale is not 1.");
            shape.And(empty.EncoderHiddenStates, "B, S, D").And(empty.EncoderAttentionMask, "B, S");
            _both = guidanceScale != 0;
            read = _both ? empty.Then(text) : empty;
        }
        _text = new TextStates(read.EncoderHiddenStates.clone(), read.EncoderAttentionMask.clone()).DetachFromDisposeScope();
    }

    /// <summary>The prediction, guided; usable as a <see cref="Denoiser"/>.</summary>
    /// <param name="noisyLatents">z_t, [B, C, T, F].</param>
    /// <param name="timesteps">t, [B], int64.</param>
    public Tensor Predict(Tensor noisyLatents, Tensor timesteps)
    {
        using var scope = NewDisposeScope();
        if (!_both) return _network(noisyLatents, timesteps, _text).MoveToOuterDisposeScope();
        var halves = _network(cat([noisyLatents, noisyLatents]), cat([timesteps, timesteps]), _text).chunk(2);
        return Guidance.Combine(halves[0], halves[1], _guidanceScale).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose() => _text.Dispose();
}
