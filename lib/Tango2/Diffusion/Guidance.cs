namespace Tango2.Diffusion;

/// <summary>Classifier-free guidance: away from the prediction without text, through the one with it, and beyond.</summary>
public static class Guidance
{
    /// <summary>u + w·(c − u).</summary>
    /// <param name="unconditional">u, the prediction for the empty text, [B, C, T, F].</param>
    /// <param name="conditional">c, the prediction for the text, [B, C, T, F].</param>
    /// <param name="guidanceScale">w: 0 ignores the text, 1 is the plain prediction, 3 is the paper's.</param>
    public static Tensor Combine(Tensor unconditional, Tensor conditional, double guidanceScale)
    {
        using var scope = NewDisposeScope();
        return (unconditional + guidanceScale * (conditional - unconditional)).MoveToOuterDisposeScope();
    }

    /// <summary>Whether a scale asks for guidance: only above 1, as in the reference.</summary>
    public static bool Applies(double guidanceScale) => guidanceScale > 1;

    /// <summary>The network with its text filled in, guided where the scale is above 1.</summary>
    /// <param name="network">Noisy latents, timesteps, text states and mask to the prediction.</param>
    /// <param name="text">The prompts' states [B, S, D] and mask [B, S].</param>
    /// <param name="emptyText">The empty prompt's, of the same shapes; null only where the scale is at most 1.</param>
    /// <param name="guidanceScale">w.</param>
    /// <returns>A denoiser holding a copy of [empty, text] while it lives; dispose the value to free it.</returns>
    public static GuidedDenoiser Guide(
        Func<Tensor, Tensor, Tensor, Tensor, Tensor> network, TextStates text, TextStates? emptyText,
        double guidanceScale) => new(network, text, emptyText, guidanceScale);
}
