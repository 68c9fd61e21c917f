using Tango2.Diffusion;
using Tango2.Models;
using Tango2.Pipelines;
using Tango2.Tensors;
using Tango2.Training;

namespace Tango2.Alignment;

/// <summary>Fine-tunes a denoiser on preference pairs: first on the winners alone, then by diffusion-DPO.</summary>
public static class PreferenceTraining
{
    /// <summary>Aligns a model; the reference is the model itself, which stays as it is.</summary>
    /// <param name="tango">The model before.</param>
    /// <param name="policy">
    /// A copy of its U-Net, which is trained in place as the reports are read; all its parameters learn.
    /// </param>
    /// <param name="pairs">The data.</param>
    /// <param name="options">β, learning rate, epochs.</param>
    /// <param name="statePath">
    /// Where the run is kept, to go on from with the same options, pairs and starting weights; null keeps nothing.
    /// </param>
    /// <exception cref="ArgumentException">An option is out of its range, or there is no pair.</exception>
    /// <exception cref="InvalidDataException">The state belongs to another run; the message says what differs.</exception>
    public static IEnumerable<StepReport> Run(
        TextToAudio tango, UNet2DConditionModel policy, PreferenceSet pairs, PreferenceOptions options,
        string? statePath = null)
    {
        foreach (var parameter in policy.parameters()) parameter.requires_grad = true;
        return Run(policy, TextToAudio.DenoiserOf(policy), tango.Denoise, tango.Schedule, pairs, options, statePath);
    }

    /// <summary>Trains any denoiser; the reference is what it was before the first step.</summary>
    /// <param name="policy">What is in training: its parameters with <c>requires_grad</c> learn.</param>
    /// <param name="denoise">Its forward.</param>
    /// <param name="reference">The forward of the frozen starting point.</param>
    /// <param name="schedule">The schedule of both.</param>
    /// <param name="pairs">The data.</param>
    /// <param name="options">β, learning rate, epochs.</param>
    /// <param name="statePath">As above.</param>
    /// <inheritdoc cref="Run(TextToAudio, UNet2DConditionModel, PreferenceSet, PreferenceOptions, string?)"/>
    public static IEnumerable<StepReport> Run(
        nn.Module policy, TextDenoiser denoise, TextDenoiser reference, NoiseSchedule schedule, PreferenceSet pairs,
        PreferenceOptions options, string? statePath = null)
    {
        options.Validate();
        if (pairs.Count == 0) throw new ArgumentException("There is no pair to train on: at least one is needed.");
        var origin = statePath is null ? null : Origin(options, pairs);
        return Trainer.Run(policy, options.Training(pairs.Count), Objective, statePath, origin);

        Objective Objective(int step)
        {
            using var generator = Seeds.Generator(options.Seed, "preferences/noise", step);
            var batch = pairs.Batch(Rows(options, pairs.Count, step));
            var draw = NoiseDraw.For(batch.Winners, schedule, generator);
            return step < options.SftEpochs * options.StepsPerEpoch(pairs.Count)
                ? new(DenoisingLoss.Of(denoise, schedule, batch.Winners, batch.Text, draw, options.SnrGamma))
                : Preference(batch, draw);
        }

        Objective Preference(PairBatch batch, NoiseDraw draw)
        {
            var own = PairErrors.Of(denoise, schedule, batch, draw);
            var frozen = Frozen(batch, draw);
            var terms = DiffusionDpo.Terms(own, frozen, options.Beta);
            return new(terms.Loss, new Dictionary<string, double>
            {
                ["accuracy"] = terms.Accuracy.item<float>(),
                ["winner error"] = (own.Winner - frozen.Winner).mean().item<float>(),
                ["loser error"] = (own.Loser - frozen.Loser).mean().item<float>(),
            });
        }

        PairErrors Frozen(PairBatch batch, NoiseDraw draw)
        {
            using var noGrad = no_grad();
            return PairErrors.Of(reference, schedule, batch, draw);
        }
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
