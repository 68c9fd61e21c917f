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

    /// <summary>The network with its text filled in: the prediction u + w·(c − u).</summary>
    /// <param name="network">Noisy latents, timesteps, text states and mask to the prediction.</param>
    /// <param name="text">The prompts' states [B, S, D] and mask [B, S].</param>
    /// <param name="emptyText">The empty prompt's, of the same shapes; null only where the scale is 1.</param>
    /// <param name="guidanceScale">w, 0 or more.</param>
    /// <returns>A denoiser holding a copy of the texts that it needs while it lives; dispose the value to free it.</returns>
    public static GuidedDenoiser Guide(
        Func<Tensor, Tensor, Tensor, Tensor, Tensor> network, TextStates text, TextStates? emptyText,
        double guidanceScale) => new(network, text, emptyText, guidanceScale);

    /// <summary>Refuses a scale that is no number, infinite or negative.</summary>
    /// <exception cref="ArgumentException">It is.</exception>
    internal static void Check(double guidanceScale)
    {
        if (!double.IsFinite(guidanceScale) || guidanceScale < 0)
            throw new ArgumentException(FormattableString.Invariant(
                $"The guidance scale must be a number, 0 or more, but is {guidanceScale}."));
    }
}
