using System.Globalization;
using System.Text.RegularExpressions;
using Tango2.Diffusion;

namespace Tango2.Tests.Parity;

/// <summary>The noise schedule's tables and conversions, and the walks of DDPM, DDIM and DPM-Solver++.</summary>
/// <remarks>The stored network is a·x + b·t/1000 + c.</remarks>
internal static partial class SchedulerParity
{
    public static void Run(ParityFixture f, Comparison c)
    {
        var json = f.Config["scheduler_config"]!.ToJsonString();
        using var schedule = NoiseSchedule.FromJson(json);
        c.Maybe("betas", () => tensor(schedule.Betas.ToArray()));
        c.Maybe("alphas_cumprod", () => tensor(schedule.AlphasCumprod.ToArray()));
        c.Maybe("add_noise", () => schedule.AddNoise(f.Input("original"), f.Input("noise"), f.Input("timesteps")));
        c.Maybe("get_velocity", () => schedule.Velocity(f.Input("original"), f.Input("noise"), f.Input("timesteps")));
        foreach (var (name, match) in f.Outputs.Select(o => (o, Timesteps().Match(o))).Where(o => o.Item2.Success))
        {
            var steps = int.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture);
            var walk = match.Groups[1].Value == "dpm_" ? schedule.Timesteps(steps, TimestepSpacing.Linspace) : schedule.Timesteps(steps, TimestepSpacing.Leading);
            c.Close(name, tensor(walk.Select(s => (long)s).ToArray()));
        }
        Ddpm(schedule, f, c, "ddpm");
        var predictingNoise = f.Config["scheduler_config"]!.DeepClone();
        predictingNoise["prediction_type"] = "epsilon";
        using var epsilon = NoiseSchedule.FromJson(predictingNoise.ToJsonString());
        Ddpm(epsilon, f, c, "ddpm_epsilon");
        Ddim(schedule, f, c);
        foreach (var (name, match) in f.Outputs.Select(o => (o, Dpm().Match(o))).Where(o => o.Item2.Success))
            DpmSolver(schedule, f, c, name, int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture));
    }

    private static Tensor Predict(ParityFixture f, Tensor x, int timestep) =>
        f.Input("model.a") * x + f.Input("model.b") * tensor((float)timestep) / 1000 + f.Input("model.c");

    private static Denoiser Denoise(ParityFixture f) => (x, t) => Predict(f, x, (int)t[0].item<long>());

    private static void Ddpm(NoiseSchedule schedule, ParityFixture f, Comparison c, string name)
    {
        if (!f.Has(name + ".prev_samples")) return;
        using var scope = NewDisposeScope();
        var steps = (int)f.Output(name + ".prev_samples").shape[0];
        var (samples, originals, variances) = (new List<Tensor>(), new List<Tensor>(), new List<float>());
        var sample = f.Input("traj.initial");
        foreach (var (t, i) in schedule.Timesteps(steps, TimestepSpacing.Leading).Select((t, i) => (t, i)))
        {
            var prediction = Predict(f, sample, t);
            originals.Add(schedule.PredictedOriginal(sample, prediction, t));
            var next = t - schedule.Steps / steps;
            variances.Add((float)DdpmSampler.Variance(schedule, t, next));
            samples.Add(sample = DdpmSampler.Step(schedule, prediction, t, next, sample, f.Input("traj.noises")[i]));
        }
        c.Close(name + ".prev_samples", stack(samples));
        c.Maybe(name + ".pred_x0", () => stack(originals));
        c.Maybe(name + ".variance", () => tensor(variances.ToArray()));
    }

    private static void Ddim(NoiseSchedule schedule, ParityFixture f, Comparison c)
    {
        if (!f.Has("ddim.prev_samples")) return;
        using var scope = NewDisposeScope();
        var steps = (int)f.Output("ddim.prev_samples").shape[0];
        var samples = new List<Tensor>();
        var sample = f.Input("traj.initial");
        foreach (var t in schedule.Timesteps(steps, TimestepSpacing.Leading))
            samples.Add(sample = DdimSampler.Step(schedule, Predict(f, sample, t), t, t - schedule.Steps / steps, sample));
        c.Close("ddim.prev_samples", stack(samples));
        c.Beside("end of a DDIM walk", f.Output("ddim.prev_samples")[^1],
            DdimSampler.Sample(schedule, Denoise(f), f.Input("traj.initial"), schedule.Timesteps(steps, TimestepSpacing.Leading)), f.Tolerances.For("output.ddim.prev_samples"));
    }

    private static void DpmSolver(NoiseSchedule schedule, ParityFixture f, Comparison c, string name, int steps)
    {
        using var scope = NewDisposeScope();
        var timesteps = schedule.Timesteps(steps, TimestepSpacing.Linspace);
        var samples = new List<Tensor>();
        var (sample, earlier) = (f.Input("traj.initial"), (Tensor?)null);
        for (var i = 0; i < steps; i++)
        {
            var original = schedule.PredictedOriginal(sample, Predict(f, sample, timesteps[i]), timesteps[i]);
            samples.Add(sample = DpmSolverSampler.Step(schedule, original, earlier, timesteps, i, sample));
            earlier = original;
        }
        c.Close(name, f.Output(name).dim() > sample.dim() ? stack(samples) : sample); // a long walk has only its end stored
        c.Beside($"end of a DPM-Solver walk of {steps}", f.Output(name).dim() > sample.dim() ? f.Output(name)[^1] : f.Output(name),
            DpmSolverSampler.Sample(schedule, Denoise(f), f.Input("traj.initial"), steps), f.Tolerances.For("output." + name));
    }

    [GeneratedRegex(@"^(|ddim_|dpm_)timesteps\.(\d+)$")]
    private static partial Regex Timesteps();

    [GeneratedRegex(@"^dpm2m\.(\d+)\.prev_samples$")]
    private static partial Regex Dpm();
}
