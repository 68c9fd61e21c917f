using System.Diagnostics;
using System.Globalization;
using Tango2.Checkpoints;
using TorchSharp.Modules;

namespace Tango2.Training;

/// <summary>The training loop: resumable, one dispose scope a step, the caller's <c>foreach</c> as its callback.</summary>
public static class Trainer
{
    /// <summary>
    /// Trains <paramref name="network"/> and yields a report after every update. With <paramref name="statePath"/> the
    /// run is saved as it goes and goes on from there; saving takes at most a twentieth of the time, so that for all
    /// but the largest networks each step is kept.
    /// </summary>
    /// <param name="network">Its parameters with <c>requires_grad</c> are trained.</param>
    /// <param name="options">Steps, learning rate and so on.</param>
    /// <param name="objective">The loss of step n (from 0). It must depend on n alone, or a resumed run differs.</param>
    /// <param name="statePath">A safetensors file for the run's state; null keeps nothing.</param>
    public static IEnumerable<StepReport> Run(
        nn.Module network, TrainingOptions options, Func<int, Objective> objective, string? statePath = null)
    {
        var parameters = network.named_parameters().Where(p => p.parameter.requires_grad).ToArray();
        using var optimizer = new FusedAdamW(
            parameters, options.Betas.Beta1, options.Betas.Beta2, options.WeightDecay);
        using var ema = options.EmaDecay > 0 ? new Ema(parameters, options.EmaDecay) : null;
        var first = statePath is not null && File.Exists(statePath) ? Restore(statePath, parameters, optimizer, ema) : 0;
        var (saved, saveTime) = (Stopwatch.StartNew(), TimeSpan.Zero);
        for (var step = first; step < options.Steps; step++)
        {
            yield return Step(step, options, objective, optimizer, ema);
            if (statePath is null || (saved.Elapsed < 20 * saveTime && step + 1 < options.Steps)) continue;
            saved.Restart();
            Save(statePath, step + 1, parameters, optimizer, ema);
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
        var rate = options.RateAt(step);
        var norm = optimizer.Step(rate, options.MaxNorm);
        ema?.Update(step);
        var value = loss.item<float>();
        if (!float.IsFinite(value) || !double.IsFinite(norm))
            throw new InvalidOperationException(
                $"Training diverged at step {step + 1}: loss {value}, gradient norm {norm}. Lower the learning rate " +
                $"({rate:g3}) or look for NaN in the data.");
        return new(step + 1, options.Steps, value, rate, norm, measures ?? new Dictionary<string, double>());
    }

    private static void Save(
        string path, int step, (string name, Parameter parameter)[] parameters, FusedAdamW optimizer, Ema? ema)
    {
        var weights = parameters.Select(p => new KeyValuePair<string, Tensor>($"weights.{p.name}", p.parameter));
        SafeTensors.Write(
            path, [.. weights, .. optimizer.State(), .. ema?.State() ?? []],
            new Dictionary<string, string> { ["step"] = step.ToString(CultureInfo.InvariantCulture) });
    }

    private static int Restore(
        string path, (string name, Parameter parameter)[] parameters, FusedAdamW optimizer, Ema? ema)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var state = SafeTensors.Read(path);
        foreach (var (name, parameter) in parameters)
        {
            if (!state.TryGetValue($"weights.{name}", out var saved))
                throw new InvalidDataException(
                    $"{path} lacks weights.{name}: it belongs to another network. Delete it to start anew.");
            parameter.copy_(saved);
        }
        optimizer.LoadState(state);
        ema?.LoadState(state);
        return int.Parse(SafeTensors.ReadMetadata(path)["step"], CultureInfo.InvariantCulture);
    }
}
