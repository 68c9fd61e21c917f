using Tango2.Diffusion;
using Tango2.Models;
using Tango2.Tensors;
using Tango2.Training;

namespace Tango2.Studies;

/// <summary>Measures networks on pairs with noise and timesteps that stay the same, so that two of them can be compared.</summary>
/// <param name="pairs">The pairs.</param>
/// <param name="seed">Of noise and timesteps.</param>
/// <param name="draws">How many draws of noise and timestep each pair gets.</param>
public sealed class PreferenceProbe(PreferenceSet pairs, long seed, int draws = 4)
{
    /// <summary>Errors of a network, [pairs · draws], without gradients.</summary>
    public PairErrors Errors(UNet2DConditionModel unet)
    {
        ArgumentNullException.ThrowIfNull(unet);
        return Errors(unet.call);
    }

    /// <summary>The same of a denoiser.</summary>
    /// <param name="denoise">Noisy latents, timesteps, states, mask → prediction.</param>
    public PairErrors Errors(Func<Tensor, Tensor, Tensor, Tensor, Tensor> denoise)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var schedule = new NoiseSchedule();
        var (winners, losers, states, mask) = pairs.Batch([.. Enumerable.Range(0, pairs.Count)]);
        var errors = Enumerable.Range(0, draws).Select(draw =>
        {
            using var generator = Seeds.Generator(seed, "probe", draw);
            var noise = randn(winners.shape, generator: generator);
            var timesteps = randint(0, schedule.Steps, [pairs.Count], int64, generator: generator);
            return PreferenceTraining.Errors(denoise, schedule, winners, losers, noise, timesteps, states, mask);
        }).ToArray();
        var (winner, loser) = scope.MoveToOuter(
            cat([.. errors.Select(e => e.Winner)]), cat([.. errors.Select(e => e.Loser)]));
        return new(winner, loser);
    }
}
