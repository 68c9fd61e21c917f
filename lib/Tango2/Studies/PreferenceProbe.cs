using Tango2.Alignment;
using Tango2.Diffusion;
using Tango2.Tensors;
using Tango2.Training;

namespace Tango2.Studies;

/// <summary>Measures networks on pairs with noise and timesteps that stay the same, so that two of them can be compared.</summary>
/// <param name="pairs">The pairs.</param>
/// <param name="schedule">The schedule that the networks were trained with.</param>
/// <param name="seed">Of noise and timesteps.</param>
/// <param name="draws">How many draws of noise and timestep each pair gets.</param>
public sealed class PreferenceProbe(PreferenceSet pairs, NoiseSchedule schedule, long seed, int draws = 4)
{
    /// <summary>Errors of a network, [pairs · draws], without gradients.</summary>
    public PairErrors Errors(TextDenoiser denoise)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var batch = pairs.Batch([.. Enumerable.Range(0, pairs.Count)]);
        var errors = Enumerable.Range(0, draws).Select(draw =>
        {
            using var generator = Seeds.Generator(seed, "probe", draw);
            return PairErrors.Of(denoise, schedule, batch, NoiseDraw.For(batch.Winners, schedule, generator));
        }).ToArray();
        var (winner, loser) = scope.MoveToOuter(
            cat([.. errors.Select(e => e.Winner)]), cat([.. errors.Select(e => e.Loser)]));
        return new(winner, loser);
    }
}
