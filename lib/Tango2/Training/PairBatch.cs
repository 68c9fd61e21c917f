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
    /// <summary>A draw for samples: noise first, then timesteps, uniform over the schedule.</summary>
    /// <param name="samples">[B, C, T, F]; only the shape counts.</param>
    /// <param name="schedule">The schedule.</param>
    /// <param name="generator">Where the numbers come from.</param>
    public static NoiseDraw For(Tensor samples, NoiseSchedule schedule, Generator generator) => new(
        randn(samples.shape, generator: generator),
        randint(0, schedule.Steps, [samples.shape[0]], int64, generator: generator));
}

/// <summary>A network's denoising errors on the two samples of each pair.</summary>
/// <param name="Winner">Mean squared error on the preferred sample, [B].</param>
/// <param name="Loser">Mean squared error on the other sample, [B].</param>
public sealed record PairErrors(Tensor Winner, Tensor Loser)
{
    /// <summary>Errors on winners and losers with the same noise and timestep, as the reference code has it.</summary>
    /// <param name="denoise">The network.</param>
    /// <param name="schedule">The schedule that it was trained with.</param>
    /// <param name="batch">B pairs.</param>
    /// <param name="draw">Noise and timestep of each pair.</param>
    public static PairErrors Of(TextDenoiser denoise, NoiseSchedule schedule, PairBatch batch, NoiseDraw draw)
    {
        using var scope = NewDisposeScope();
        var latents = cat([batch.Winners, batch.Losers]);
        var (noise, timesteps) = (cat([draw.Noise, draw.Noise]), cat([draw.Timesteps, draw.Timesteps]));
        var prediction = denoise(schedule.AddNoise(latents, noise, timesteps), timesteps, batch.Text.Then(batch.Text));
        var errors = DiffusionDpo.Errors(prediction, schedule.Target(latents, noise, timesteps)).chunk(2);
        var (winner, loser) = scope.MoveToOuter(errors[0], errors[1]);
        return new(winner, loser);
    }
}
