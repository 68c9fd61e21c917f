using System.Diagnostics;
using Tango2.Tensors;
using TorchSharp.Modules;

namespace Tango2.Training;

/// <summary>The training loop: resumable, one dispose scope a step, the caller's <c>foreach</c> as its callback.</summary>
public static class Trainer
{
    /// <summary>
    /// Trains <paramref name="network"/> and yields a report after every update. With <paramref name="statePath"/> the
    /// run is saved as it goes, which takes at most a twentieth of the time, and goes on from there: it ends in the same
    /// bytes as a run that was never stopped, and yields the same reports, those of earlier parts first.
    /// </summary>
    /// <param name="network">Its parameters with <c>requires_grad</c> are trained. Where a saved run goes on, it must be
    /// what it was before that run's first step.</param>
    /// <param name="options">Steps, learning rate and so on.</param>
    /// <param name="objective">
    /// The loss of step n (from 0). It must depend on n and on torch's own generator for the CPU alone, or a resumed run
    /// differs.
    /// </param>
    /// <param name="statePath">A safetensors file for the run's state; null keeps nothing.</param>
    /// <param name="origin">What the objective depends on, by name: its seed, a digest of its data; null for nothing.</param>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    /// <exception cref="InvalidDataException">
    /// The state belongs to another run (other options, origin or starting weights) or is damaged; nothing is restored.
    /// </exception>
    /// <exception cref="InvalidOperationException">The loss or the gradients are no longer finite.</exception>
    public static IEnumerable<StepReport> Run(
        nn.Module network, TrainingOptions options, Func<int, Objective> objective, string? statePath = null,
        IReadOnlyDictionary<string, string>? origin = null)
    {
        options.Validate();
        return Updates(network, options, objective, statePath, origin);
    }

    private static IEnumerable<StepReport> Updates(
        nn.Module network, TrainingOptions options, Func<int, Objective> objective, string? statePath,
        IReadOnlyDictionary<string, string>? origin)
    {
        var parameters = network.named_parameters().Where(p => p.parameter.requires_grad).ToArray();
        using var optimizer = new FusedAdamW(
            parameters, options.Betas.Beta1, options.Betas.Beta2, options.WeightDecay);
        using var ema = options.EmaDecay > 0 ? new Ema(parameters, options.EmaDecay) : null;
        using var state = statePath is null ? null : new TrainingState(
            statePath, Origin(network, options, origin), Changing(network, parameters, optimizer, ema));
        var earlier = state?.Restore() ?? [];
        foreach (var report in earlier) yield return report;
        var (saved, saveTime) = (Stopwatch.StartNew(), TimeSpan.Zero);
        for (var step = earlier.Count; step < options.Steps; step++)
        {
            var report = Step(step, options, objective, optimizer, ema);
            Temporaries.Collect();
            state?.Add(report);
            yield return report;
            if (state is null || (saved.Elapsed < 20 * saveTime && step + 1 < options.Steps)) continue;
            saved.Restart();
            state.Save(step + 1);
            saveTime = saved.Elapsed;
        }
        ema?.CopyToParameters();
    }

    private static StepReport Step(
        int step, TrainingOptions options, Func<int, Objective> objective, FusedAdamW optimizer, Ema? ema)
    {
        using var scope = NewDisposeScope();
        optimizer.ZeroGrad();
        var (loss, measures) = objective(step);
        loss.backward();
        var rate = LearningRateSchedule.Rate(options, step);
        var norm = optimizer.Step(rate, options.MaxNorm);
        ema?.Update(step);
        var value = loss.item<float>();
        if (!float.IsFinite(value) || !double.IsFinite(norm))
            throw new DivergedException(
                $"Training diverged at step {step + 1}: loss {value}, gradient norm {norm}. Lower the learning rate " +
                $"({rate:g3}) or look for NaN in the data.");
        return new(step + 1, options.Steps, value, rate, norm, measures ?? new Dictionary<string, double>());
    }

    private static Dictionary<string, string> Origin(
        nn.Module network, TrainingOptions options, IReadOnlyDictionary<string, string>? origin)
    {
        var all = new Dictionary<string, string>(origin ?? new Dictionary<string, string>());
        foreach (var (name, value) in RunOrigin.Of(options)) all.TryAdd(name, value);
        all["weights before the first step"] = RunOrigin.Digest(network.state_dict());
        return all;
    }

    // Buffers too: batch norm's statistics change as it trains.
    private static KeyValuePair<string, Tensor>[] Changing(
        nn.Module network, (string name, Parameter parameter)[] parameters, FusedAdamW optimizer, Ema? ema) =>
    [
        .. parameters.Select(p => new KeyValuePair<string, Tensor>($"weights.{p.name}", p.parameter)),
        .. network.named_buffers().Select(b => new KeyValuePair<string, Tensor>($"buffers.{b.name}", b.buffer)),
        .. optimizer.State(),
        .. ema?.State() ?? [],
    ];
}

/// <summary>A training whose loss or gradients are no longer finite.</summary>
/// <param name="message">At which step, and what to do.</param>
internal sealed class DivergedException(string message) : InvalidOperationException(message);
