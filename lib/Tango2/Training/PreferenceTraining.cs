using Tango2.Diffusion;
using Tango2.Tensors;

namespace Tango2.Training;

/// <summary>Fine-tunes a denoiser on preference pairs: first on the winners alone, then by diffusion-DPO.</summary>
public static class PreferenceTraining
{
    /// <summary>Trains <paramref name="policy"/>; the reference is what it was before the first step.</summary>
    /// <param name="policy">The U-Net in training.</param>
    /// <param name="denoise">Its forward: noisy latents, timesteps, states, mask → prediction.</param>
    /// <param name="reference">The same of the frozen starting point.</param>
    /// <param name="pairs">The data.</param>
    /// <param name="options">β, learning rate, epochs.</param>
    /// <param name="statePath">
    /// Where the run is kept, to go on from with the same options, pairs and starting weights; null keeps nothing.
    /// </param>
    /// <exception cref="ArgumentException">An option is out of its range, or there is no pair.</exception>
    /// <exception cref="InvalidDataException">The state belongs to another run; the message says what differs.</exception>
    public static IEnumerable<StepReport> Run(
        nn.Module policy, Func<Tensor, Tensor, Tensor, Tensor, Tensor> denoise,
        Func<Tensor, Tensor, Tensor, Tensor, Tensor> reference, PreferenceSet pairs, PreferenceOptions options,
        string? statePath = null)
    {
        options.Validate();
        if (pairs.Count == 0) throw new ArgumentException("There is no pair to train on: at least one is needed.");
        return Updates(policy, denoise, reference, pairs, options, statePath);
    }

    private static IEnumerable<StepReport> Updates(
        nn.Module policy, Func<Tensor, Tensor, Tensor, Tensor, Tensor> denoise,
        Func<Tensor, Tensor, Tensor, Tensor, Tensor> reference, PreferenceSet pairs, PreferenceOptions options,
        string? statePath)
    {
        using var schedule = new NoiseSchedule();
        var perEpoch = options.StepsPerEpoch(pairs.Count);
        var training = new TrainingOptions
        {
            Steps = options.Steps(pairs.Count),
            LearningRate = options.LearningRate,
            WarmupSteps = perEpoch / 4,
            FinalRate = 0.1,
            MaxNorm = 1,
        };
        var origin = statePath is null ? null : Origin(options, pairs);
        foreach (var report in Trainer.Run(policy, training, Objective, statePath, origin)) yield return report;

        Objective Objective(int step)
        {
            using var generator = Seeds.Generator(options.Seed, "preferences/noise", step);
            var (winners, losers, states, mask) = pairs.Batch(Rows(options, pairs.Count, step));
            var noise = randn(winners.shape, generator: generator);
            var timesteps = randint(0, schedule.Steps, [winners.shape[0]], int64, generator: generator);
            if (step < options.SftEpochs * perEpoch)
            {
                var made = denoise(schedule.AddNoise(winners, noise, timesteps), timesteps, states, mask);
                return new(DenoisingLoss.Of(made, schedule.Target(winners, noise, timesteps)));
            }
            var own = Errors(denoise, schedule, winners, losers, noise, timesteps, states, mask);
            var frozen = Frozen();
            var terms = DiffusionDpo.Terms(own, frozen, options.Beta);
            return new(terms.Loss, new Dictionary<string, double>
            {
                ["accuracy"] = terms.Accuracy.item<float>(),
                ["winner error"] = (own.Winner - frozen.Winner).mean().item<float>(),
                ["loser error"] = (own.Loser - frozen.Loser).mean().item<float>(),
            });

            PairErrors Frozen()
            {
                using var noGrad = no_grad();
                return Errors(reference, schedule, winners, losers, noise, timesteps, states, mask);
            }
        }
    }

    /// <summary>Errors on winners and losers with the same noise and timestep, as the reference code has it.</summary>
    public static PairErrors Errors(
        Func<Tensor, Tensor, Tensor, Tensor, Tensor> denoise, NoiseSchedule schedule, Tensor winners, Tensor losers,
        Tensor noise, Tensor timesteps, Tensor states, Tensor mask)
    {
        var (latents, both, t) = (cat([winners, losers]), cat([noise, noise]), cat([timesteps, timesteps]));
        var prediction = denoise(schedule.AddNoise(latents, both, t), t, cat([states, states]), cat([mask, mask]));
        var errors = DiffusionDpo.Errors(prediction, schedule.Target(latents, both, t)).chunk(2);
        return new(errors[0], errors[1]);
    }

    private static Dictionary<string, string> Origin(PreferenceOptions options, PreferenceSet pairs) =>
        new(RunOrigin.Of(options)) { ["pairs"] = pairs.Digest() };

    private static int[] Rows(PreferenceOptions options, int count, int step)
    {
        var perEpoch = options.StepsPerEpoch(count);
        var order = Enumerable.Range(0, count).ToArray();
        Seeds.Random(options.Seed, "preferences/order", step / perEpoch).Shuffle(order);
        var first = step % perEpoch * options.Batch;
        return order[first..Math.Min(count, first + options.Batch)];
    }
}
