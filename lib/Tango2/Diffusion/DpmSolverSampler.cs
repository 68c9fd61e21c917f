// Numerics of diffusers' DPMSolverMultistepScheduler (v0.18.2): dpmsolver++, order 2, midpoint, timesteps "linspace",
// written from the formulas of "DPM-Solver++" (Lu et al. 2022).
namespace Tango2.Diffusion;

/// <summary>
/// DPM-Solver++ (2M), a second-order solver of the noiseless walk; and its stochastic sibling, SDE-DPM-Solver++ (2M), which draws noise
/// at each step as DDPM does. Both are for few steps.
/// </summary>
public static class DpmSolverSampler
{
    /// <summary>Latents from noise by the noiseless walk, so that the start decides everything.</summary>
    /// <param name="schedule">The schedule the network was trained with.</param>
    /// <param name="denoise">The network.</param>
    /// <param name="initialNoise">[B, C, T, F], standard normal.</param>
    /// <param name="steps">Number of steps, in [1, 1000].</param>
    /// <param name="progress">Told the steps done and their number.</param>
    /// <returns>z_0, [B, C, T, F].</returns>
    public static Tensor Sample(
        NoiseSchedule schedule, Denoiser denoise, Tensor initialNoise, int steps, Action<int, int>? progress = null) =>
        Sample(schedule, denoise, initialNoise, Timesteps(schedule, steps), noise: null, progress);

    /// <summary>Latents from noise by the walk that draws noise: SDE-DPM-Solver++ (2M).</summary>
    /// <remarks>What a step gets wrong, the noise of the next ones covers; the noiseless walk carries it to the end.</remarks>
    /// <param name="schedule">The schedule the network was trained with.</param>
    /// <param name="denoise">The network.</param>
    /// <param name="initialNoise">[B, C, T, F], standard normal.</param>
    /// <param name="steps">Number of steps, in [1, 1000].</param>
    /// <param name="generators">One for each row; see <see cref="RowNoise"/>.</param>
    /// <param name="progress">Told the steps done and their number.</param>
    /// <returns>z_0, [B, C, T, F].</returns>
    public static Tensor Sample(
        NoiseSchedule schedule, Denoiser denoise, Tensor initialNoise, int steps, IReadOnlyList<Generator> generators,
        Action<int, int>? progress = null)
    {
        SamplingLoop.CheckGenerators(generators, initialNoise);
        var shape = initialNoise.shape[1..];
        return Sample(
            schedule, denoise, initialNoise, Timesteps(schedule, steps), _ => RowNoise.Draw(generators, shape, initialNoise.device), progress);
    }

    /// <summary>Latents from noise that is given; without any for the steps, by the noiseless walk.</summary>
    internal static Tensor Sample(
        NoiseSchedule schedule, Denoiser denoise, Tensor initialNoise, IReadOnlyList<int> timesteps, Func<int, Tensor>? noise,
        Action<int, int>? progress)
    {
        schedule.CheckWalk(timesteps);
        Tensor? earlier = null;
        try
        {
            return SamplingLoop.Run(denoise, initialNoise, timesteps, Advance, progress);
        }
        finally
        {
            earlier?.Dispose();
        }

        Tensor Advance(Tensor prediction, int index, Tensor sample)
        {
            var original = schedule.PredictedOriginal(sample, prediction, timesteps[index]);
            var next = Step(schedule, original, earlier, timesteps, index, sample, noise?.Invoke(index));
            earlier?.Dispose();
            earlier = original.DetachFromDisposeScope();
            return next;
        }
    }

    private static IReadOnlyList<int> Timesteps(NoiseSchedule schedule, int steps) => schedule.Timesteps(steps, TimestepSpacing.Linspace);

    /// <summary>
    /// z_s = σ_s/σ_t·z_t − α_s·(e^{−h} − 1)·D; with noise, z_s = σ_s/σ_t·e^{−h}·z_t + α_s·(1 − e^{−2h})·D + σ_s·√(1 − e^{−2h})·ε;
    /// h = λ_s − λ_t, λ = ln(α/σ).
    /// </summary>
    /// <remarks>
    /// D is z_0 as predicted at t, extrapolated with the prediction of the step before: D = z_0 + h/(2·h')·(z_0 − z_0').
    /// The first step has none before it; the last of fewer than 15 steps does without, which is steadier. Without noise, the last
    /// step goes to timestep 0, as in the reference; with noise it ends at z_0, where none is left.
    /// </remarks>
    /// <param name="schedule">The schedule.</param>
    /// <param name="original">z_0 as predicted at this step, [B, C, T, F].</param>
    /// <param name="earlier">z_0' as predicted at the step before; null at the first.</param>
    /// <param name="timesteps">All timesteps of the walk.</param>
    /// <param name="index">This step's place in them.</param>
    /// <param name="sample">z_t, [B, C, T, F].</param>
    /// <param name="noise">ε, [B, C, T, F], standard normal; null for the noiseless walk.</param>
    public static Tensor Step(
        NoiseSchedule schedule, Tensor original, Tensor? earlier, IReadOnlyList<int> timesteps, int index,
        Tensor sample, Tensor? noise = null)
    {
        var last = index == timesteps.Count - 1;
        if (last && noise is not null) return original.clone();
        using var scope = NewDisposeScope();
        var here = Level(schedule, timesteps[index]);
        var next = Level(schedule, last ? 0 : timesteps[index + 1]);
        var h = next.Lambda - here.Lambda;
        var direction = original;
        if (earlier is not null && !(last && timesteps.Count < 15))
        {
            var hBefore = here.Lambda - Level(schedule, timesteps[index - 1]).Lambda;
            direction = original + h / (2 * hBefore) * (original - earlier);
        }
        var (kept, drawn) = noise is null ? (1, 0) : (Math.Exp(-h), Math.Sqrt(1 - Math.Exp(-2 * h)));
        var walked = next.Sigma / here.Sigma * kept * sample + next.Alpha * (1 - Math.Exp(-h) * kept) * direction;
        return (noise is null ? walked : walked + next.Sigma * drawn * noise).MoveToOuterDisposeScope();
    }

    private static (double Alpha, double Sigma, double Lambda) Level(NoiseSchedule schedule, int timestep)
    {
        var alphaBar = schedule.Alpha(timestep);
        var (alpha, sigma) = (Math.Sqrt(alphaBar), Math.Sqrt(1 - alphaBar));
        return (alpha, sigma, Math.Log(alpha) - Math.Log(sigma));
    }
}
