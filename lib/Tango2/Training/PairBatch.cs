using Tango2.Diffusion;

namespace Tango2.Training;

/// <summary>Some preference pairs.</summary>
/// <param name="Winners">Latents of the preferred samples, [B, C, T, F].</param>
/// <param name="Losers">Latents of the other samples, [B, C, T, F].</param>
/// <param name="Text">The prompt of each pair.</param>
public sealed record PairBatch(Tensor Winners, Tensor Losers, TextStates Text);

/// <summary>Noise and timesteps for a batch of samples.</summary>
/// <param name="Noise">ε, [B, C, T, F], standard normal.</param>
/// <param name="Timesteps">t, [B], int64.</param>
public sealed record NoiseDraw(Tensor Noise, Tensor Timesteps)
{
    /// <summary>A draw for samples: noise first, then timesteps, uniform over the schedule from the first one on.</summary>
    /// <param name="samples">[B, C, T, F]; only shape and device count.</param>
    /// <param name="schedule">The schedule.</param>
    /// <param name="generator">Where the numbers come from.</param>
    /// <param name="first">The first timestep, in [0, T); 0, as in the paper, for all.</param>
    public static NoiseDraw For(Tensor samples, NoiseSchedule schedule, Generator generator, int first = 0) => new(
        randn(samples.shape, generator: generator, device: generator.device).to(samples.device),
        randint(first, schedule.Steps, [samples.shape[0]], int64, device: generator.device, generator: generator).to(samples.device));
}
