using Tango2.Diffusion;
using Tango2.Tensors;

namespace Tango2.Training;

/// <summary>The objective of plain diffusion training, as Tango 2's first epochs on the winners have it.</summary>
public static class DenoisingLoss
{
    /// <summary>The loss of a network on samples; a scalar.</summary>
    /// <param name="denoise">The network.</param>
    /// <param name="schedule">The schedule.</param>
    /// <param name="latents">z_0, [B, C, T, F].</param>
    /// <param name="text">Of each sample.</param>
    /// <param name="draw">Noise and timesteps.</param>
    /// <param name="snrGamma">γ of <see cref="MinSnrWeights"/>; null weighs all timesteps alike, as the paper does.</param>
    public static Tensor Of(
        TextDenoiser denoise, NoiseSchedule schedule, Tensor latents, TextStates text, NoiseDraw draw,
        double? snrGamma = null)
    {
        using var scope = NewDisposeScope();
        var (noise, timesteps) = draw;
        var prediction = denoise(schedule.AddNoise(latents, noise, timesteps), timesteps, text);
        var target = schedule.Target(latents, noise, timesteps);
        return (snrGamma is { } gamma
            ? Weighted(prediction, target, MinSnrWeights(schedule, timesteps, gamma))
            : Of(prediction, target)).MoveToOuterDisposeScope();
    }

    /// <summary>mean (prediction − target)² over everything; a scalar.</summary>
    /// <param name="prediction">[B, C, T, F].</param>
    /// <param name="target">[B, C, T, F].</param>
    public static Tensor Of(Tensor prediction, Tensor target)
    {
        Shape.Check(prediction, "B, C, T, F").And(target, "B, C, T, F");
        using var scope = NewDisposeScope();
        return (prediction - target).square().mean().MoveToOuterDisposeScope();
    }

    /// <summary>The errors of each sample, weighted and averaged; a scalar.</summary>
    /// <param name="prediction">[B, C, T, F].</param>
    /// <param name="target">[B, C, T, F].</param>
    /// <param name="weights">[B].</param>
    public static Tensor Weighted(Tensor prediction, Tensor target, Tensor weights)
    {
        using var scope = NewDisposeScope();
        return (DiffusionDpo.Errors(prediction, target) * weights).mean().MoveToOuterDisposeScope();
    }

    /// <summary>min(SNR_t, γ) / SNR_t: low noise, which is easy, counts less; [B].</summary>
    /// <remarks>
    /// Hang et al., "Efficient Diffusion Training via Min-SNR Weighting Strategy" (2023), in the form for networks that
    /// predict the noise; the paper's code takes it for its network too, which predicts the velocity.
    /// </remarks>
    /// <param name="schedule">The schedule.</param>
    /// <param name="timesteps">t, [B], int64, in [0, steps).</param>
    /// <param name="gamma">γ, 5 in the paper's code.</param>
    public static Tensor MinSnrWeights(NoiseSchedule schedule, Tensor timesteps, double gamma)
    {
        using var scope = NewDisposeScope();
        var snr = schedule.SignalToNoise(timesteps);
        return (snr.clamp_max(gamma) / snr).MoveToOuterDisposeScope();
    }
}
