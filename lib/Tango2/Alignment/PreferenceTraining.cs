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
        using var scope = NewDisposeScope();
        var empty = tango.Encode([""]).FilledTo(pairs.TextLength).DetachFromDisposeScope(); // the reports may be read in another scope
        return Run(policy, new(TextToAudio.DenoiserOf(policy), tango.Denoise, tango.Schedule, empty), pairs, options, statePath);
    }

    /// <summary>Trains any denoiser; the reference is what it was before the first step.</summary>
    /// <param name="policy">What is in training: its parameters with <c>requires_grad</c> learn.</param>
    /// <param name="networks">Its forward, and that of the frozen starting point.</param>
    /// <param name="pairs">The data.</param>
    /// <param name="options">β, learning rate, epochs.</param>
    /// <param name="statePath">As above.</param>
    /// <inheritdoc cref="Run(TextToAudio, UNet2DConditionModel, PreferenceSet, PreferenceOptions, string?)"/>
    public static IEnumerable<StepReport> Run(
        nn.Module policy, PairNetworks networks, PreferenceSet pairs, PreferenceOptions options, string? statePath = null)
    {
        options.Validate();
        Ranges.Check(
            options.FirstTimestep < networks.Schedule.Steps, nameof(options.FirstTimestep),
            $"below the schedule's {networks.Schedule.Steps} steps", options.FirstTimestep);
        if (pairs.Count == 0) throw new ArgumentException("There is no pair to train on: at least one is needed.");
        var origin = statePath is null ? null : Origin(options, pairs);
        return Trainer.Run(policy, options.Training(pairs.Count), Objective, statePath, origin);

        Objective Objective(int step)
        {
            using var generator = Seeds.Generator(options.Seed, "preferences/noise", step);
            var batch = pairs.Batch(Rows(options, pairs.Count, step));
            var onWinners = step < options.SftEpochs * options.StepsPerEpoch(pairs.Count);
            var draw = NoiseDraw.For(batch.Winners, networks.Schedule, generator, onWinners ? 0 : options.FirstTimestep);
            return onWinners
                ? new(DenoisingLoss.Of(networks.Policy, networks.Schedule, batch.Winners, batch.Text, draw, options.SnrGamma))
                : options.Objective.Of(networks, batch, draw, options.Beta);
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
