// Numerics of diffusers' DDIMScheduler (v0.18.2), no clipping, set_alpha_to_one false, written from the formulas.
namespace Tango2.Diffusion;

/// <summary>Implicit sampling: without noise at eta 0, so that the start decides everything; as DDPM at eta 1.</summary>
public static class DdimSampler
{
    /// <summary>Latents from noise.</summary>
    /// <param name="schedule">The schedule the network was trained with.</param>
    /// <param name="denoise">The network.</param>
    /// <param name="initialNoise">[B, C, T, F], standard normal.</param>
    /// <param name="steps">Number of steps, in [1, 1000]; see <see cref="NoiseSchedule.Timesteps(int)"/>.</param>
    /// <param name="generators">One for each row; needed, and drawn from, only where eta is above 0.</param>
    /// <param name="progress">Told the steps done and their number.</param>
    /// <param name="eta">Part of the posterior's deviation that is drawn anew, in [0, 1].</param>
    /// <returns>z_0, [B, C, T, F].</returns>
    public static Tensor Sample(
        NoiseSchedule schedule, Denoiser denoise, Tensor initialNoise, int steps,
        IReadOnlyList<Generator>? generators = null, Action<int, int>? progress = null, double eta = 0) =>
        Sample(schedule, denoise, initialNoise, schedule.Timesteps(steps), generators, progress, eta);

    /// <summary>Latents from noise, by chosen timesteps.</summary>
    /// <param name="schedule">The schedule the network was trained with.</param>
    /// <param name="denoise">The network.</param>
    /// <param name="initialNoise">[B, C, T, F], standard normal.</param>
    /// <param name="timesteps">Falling, such as <see cref="NoiseSchedule.Timesteps(int, TimestepSpacing)"/>.</param>
    /// <param name="generators">One for each row; needed, and drawn from, only where eta is above 0.</param>
    /// <param name="progress">Told the steps done and their number.</param>
    /// <param name="eta">Part of the posterior's deviation that is drawn anew, in [0, 1].</param>
    /// <returns>z_0, [B, C, T, F].</returns>
    public static Tensor Sample(
        NoiseSchedule schedule, Denoiser denoise, Tensor initialNoise, IReadOnlyList<int> timesteps,
        IReadOnlyList<Generator>? generators = null, Action<int, int>? progress = null, double eta = 0)
    {
        if (eta is > 0 and <= 1) SamplingLoop.CheckGenerators(generators ?? [], initialNoise);
        var shape = initialNoise.shape[1..];
        return Sample(
            schedule, denoise, initialNoise, timesteps, _ => RowNoise.Draw(generators!, shape, initialNoise.device), progress, eta);
    }

    /// <summary>Latents from noise that is given; none is asked for where eta is 0.</summary>
    internal static Tensor Sample(
        NoiseSchedule schedule, Denoiser denoise, Tensor initialNoise, IReadOnlyList<int> timesteps, Func<int, Tensor> noise,
        Action<int, int>? progress, double eta)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(eta);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(eta, 1);
        schedule.CheckWalk(timesteps);
        return SamplingLoop.Run(denoise, initialNoise, timesteps, Advance, progress);

        Tensor Advance(Tensor prediction, int index, Tensor sample) => Step(
            schedule, prediction, timesteps[index], SamplingLoop.Next(timesteps, index), sample, eta > 0 ? noise(index) : null, eta);
    }

    /// <summary>z_s = √ᾱ_s·z_0 + √(1−ᾱ_s−σ²)·ε_t + σ·ε, with ε_t the noise predicted in z_t.</summary>
    /// <remarks>Beyond the last step lies timestep 0 rather than a clean signal, as in the reference.</remarks>
    /// <param name="schedule">The schedule.</param>
    /// <param name="prediction">The network's output, [B, C, T, F].</param>
    /// <param name="timestep">t.</param>
    /// <param name="next">s, below t; negative after the last step. The reference's is t − ⌊1000/n⌋.</param>
    /// <param name="sample">z_t, [B, C, T, F].</param>
    /// <param name="noise">ε, [B, C, T, F], standard normal; null where eta is 0.</param>
    /// <param name="eta">σ over the deviation of <see cref="DdpmSampler"/>, in [0, 1].</param>
    public static Tensor Step(
        NoiseSchedule schedule, Tensor prediction, int timestep, int next, Tensor sample, Tensor? noise = null,
        double eta = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(next, timestep);
        if (eta > 0 && noise is null) throw new ArgumentNullException(nameof(noise), "noise is needed where eta is above 0.");
        using var scope = NewDisposeScope();
        var alphaBar = schedule.Alpha(timestep);
        var before = schedule.Alpha(Math.Max(next, 0));
        var original = schedule.PredictedOriginal(sample, prediction, timestep);
        var predictedNoise = (sample - Math.Sqrt(alphaBar) * original) / Math.Sqrt(1 - alphaBar);
        var variance = eta * eta * (1 - before) / (1 - alphaBar) * (1 - alphaBar / before);
        var walked = Math.Sqrt(before) * original + Math.Sqrt(Math.Max(1 - before - variance, 0)) * predictedNoise;
        if (eta > 0) walked = walked + Math.Sqrt(variance) * noise!;
        return walked.MoveToOuterDisposeScope();
    }
}
