// Numerics of diffusers' DDPMScheduler (v0.18.2), variance "fixed_small", no clipping, written from the formulas.
namespace Tango2.Diffusion;

/// <summary>Ancestral sampling, as the paper samples: each step draws from q(z_s | z_t, predicted z_0), s the next.</summary>
public static class DdpmSampler
{
    /// <summary>Latents from noise.</summary>
    /// <param name="schedule">The schedule the network was trained with.</param>
    /// <param name="denoise">The network.</param>
    /// <param name="initialNoise">[B, C, T, F], standard normal.</param>
    /// <param name="steps">In [1, 1000]; the paper takes 200. See <see cref="NoiseSchedule.Timesteps(int)"/>.</param>
    /// <param name="generators">One for each row; see <see cref="RowNoise"/>.</param>
    /// <param name="progress">Told the steps done and their number.</param>
    /// <returns>z_0, [B, C, T, F].</returns>
    public static Tensor Sample(
        NoiseSchedule schedule, Denoiser denoise, Tensor initialNoise, int steps, IReadOnlyList<Generator> generators,
        Action<int, int>? progress = null) =>
        Sample(schedule, denoise, initialNoise, schedule.Timesteps(steps), generators, progress);

    /// <summary>Latents from noise, by chosen timesteps.</summary>
    /// <param name="schedule">The schedule the network was trained with.</param>
    /// <param name="denoise">The network.</param>
    /// <param name="initialNoise">[B, C, T, F], standard normal.</param>
    /// <param name="timesteps">Falling, such as <see cref="NoiseSchedule.Timesteps(int, TimestepSpacing)"/>.</param>
    /// <param name="generators">One for each row; see <see cref="RowNoise"/>.</param>
    /// <param name="progress">Told the steps done and their number.</param>
    /// <returns>z_0, [B, C, T, F].</returns>
    public static Tensor Sample(
        NoiseSchedule schedule, Denoiser denoise, Tensor initialNoise, IReadOnlyList<int> timesteps,
        IReadOnlyList<Generator> generators, Action<int, int>? progress = null)
    {
        SamplingLoop.CheckGenerators(generators, initialNoise);
        var shape = initialNoise.shape[1..];
        return Sample(
            schedule, denoise, initialNoise, timesteps, _ => RowNoise.Draw(generators, shape, initialNoise.device), progress);
    }

    /// <summary>Latents from noise that is given.</summary>
    /// <param name="schedule">The schedule the network was trained with.</param>
    /// <param name="denoise">The network.</param>
    /// <param name="initialNoise">[B, C, T, F].</param>
    /// <param name="timesteps">Falling.</param>
    /// <param name="noise">The noise of step i, [B, C, T, F]; the last step's too, as in the reference: its deviation is 1e-10.</param>
    /// <param name="progress">Told the steps done and their number.</param>
    internal static Tensor Sample(
        NoiseSchedule schedule, Denoiser denoise, Tensor initialNoise, IReadOnlyList<int> timesteps, Func<int, Tensor> noise,
        Action<int, int>? progress = null)
    {
        schedule.CheckWalk(timesteps);
        return SamplingLoop.Run(denoise, initialNoise, timesteps, Advance, progress);

        Tensor Advance(Tensor prediction, int index, Tensor sample) => Step(
            schedule, prediction, timesteps[index], SamplingLoop.Next(timesteps, index), sample, noise(index));
    }

    /// <summary>
    /// z_s = √ᾱ_s·β/(1−ᾱ_t)·z_0 + √α·(1−ᾱ_s)/(1−ᾱ_t)·z_t + σ·ε, with α = ᾱ_t/ᾱ_s and β = 1−α.
    /// </summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="prediction">The network's output, [B, C, T, F].</param>
    /// <param name="timestep">t.</param>
    /// <param name="next">s, below t; negative after the last step: clean. The reference's is t − ⌊1000/n⌋.</param>
    /// <param name="sample">z_t, [B, C, T, F].</param>
    /// <param name="noise">ε, [B, C, T, F], standard normal.</param>
    public static Tensor Step(
        NoiseSchedule schedule, Tensor prediction, int timestep, int next, Tensor sample, Tensor noise)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(next, timestep);
        using var scope = NewDisposeScope();
        var (alphaBar, before) = (schedule.Alpha(timestep), schedule.Alpha(next));
        var alpha = alphaBar / before;
        var original = schedule.PredictedOriginal(sample, prediction, timestep);
        var mean = Math.Sqrt(before) * (1 - alpha) / (1 - alphaBar) * original
            + Math.Sqrt(alpha) * (1 - before) / (1 - alphaBar) * sample;
        var deviation = Math.Sqrt(Variance(schedule, timestep, next));
        return (timestep > 0 ? mean + deviation * noise : mean).MoveToOuterDisposeScope();
    }

    /// <summary>σ² = (1−ᾱ_s)/(1−ᾱ_t)·(1 − ᾱ_t/ᾱ_s), at least 1e-20.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="timestep">t.</param>
    /// <param name="next">s, below t; negative after the last step.</param>
    public static double Variance(NoiseSchedule schedule, int timestep, int next)
    {
        var (alphaBar, before) = (schedule.Alpha(timestep), schedule.Alpha(next));
        return Math.Max((1 - before) / (1 - alphaBar) * (1 - alphaBar / before), 1e-20);
    }
}
