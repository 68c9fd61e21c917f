using System.Globalization;
using System.Text.RegularExpressions;
using Tango2.Diffusion;
using Tango2.Models;
using Tango2.Training;
using Tango2.Studies;

namespace Tango2.Tests.Parity;

/// <summary>The preference and the plain loss with every term, their gradients, AdamW and the learning rates.</summary>
internal static partial class DpoParity
{
    private const double UnconditionBelow = 0.1; // the share of prompts that the reference leaves out in training

    public static void Run(ParityFixture f, Comparison c)
    {
        using var schedule = NoiseSchedule.FromJson(f.Config["scheduler"]!.ToJsonString());
        if (f.InputOrNull("latents") is not null) Networked(f, c, schedule);
        LossOnly(f, c, schedule);
        foreach (var (match, name) in f.Outputs.Select(o => (Adam().Match(o), o)).Where(o => o.Item1.Success))
            Optimizer(f, c, name[..^"params".Length], Number(match.Groups["rate"].Value));
        foreach (var (match, name) in f.Outputs.Select(o => (Rates().Match(o), o)).Where(o => o.Item1.Success))
            Rate(f, c, name, match.Groups["kind"].Value, Whole(match.Groups["warm"].Value), Whole(match.Groups["total"].Value));
    }

    private static void Networked(ParityFixture f, Comparison c, NoiseSchedule schedule)
    {
        var pair = new Pair(f, schedule, Policy(f), Networks.UNet(f.Config["unet"]!, f.Weights("ref_unet.")));
        Preference(f, c, pair);
        foreach (var name in (string[])["sft", "sft_snr"]) Plain(f, c, pair, name);
        Validation(f, c, pair);
        foreach (var (match, name) in f.Outputs.Select(o => (Train().Match(o), o)).Where(o => o.Item1.Success))
            Training(f, c, pair, name, match.Groups["objective"].Value, Number(match.Groups["rate"].Value));
    }

    private static UNet2DConditionModel Policy(ParityFixture f) => Networks.UNet(f.Config["unet"]!, f.Weights("unet."));

    private static void Preference(ParityFixture f, Comparison c, Pair pair)
    {
        using var scope = NewDisposeScope();
        var prediction = pair.Predict(pair.Policy, pair.States);
        var frozen = pair.Frozen(pair.Reference, pair.States);
        Terms(f, c, "dpo.", pair, prediction, frozen);
        UNetParity.Gradients(pair.Policy, f, c, "dpo.grad.");
        pair.Policy.zero_grad();

        var own = pair.Frozen(pair.Policy, pair.States);
        Terms(f, c, "dpo_same_ref.", pair, own, own);

        // The prompts left out are drawn for the pairs and not for both halves: the losers keep theirs.
        var states = pair.States.clone();
        var draws = f.Config["uncondition_random_values"]!.AsArray().Select(v => (double)v!).ToArray();
        for (var i = 0; i < draws.Length; i++) if (draws[i] < UnconditionBelow) states[i].zero_();
        c.Maybe("uncond.encoder_hidden_states", () => states);
        Terms(f, c, "uncond.", pair, pair.Frozen(pair.Policy, states), pair.Frozen(pair.Reference, states));
    }

    private static void LossOnly(ParityFixture f, Comparison c, NoiseSchedule schedule)
    {
        if (f.InputOrNull("loss_only.latents") is null) return;
        using var scope = NewDisposeScope();
        var pair = new Pair(f, schedule, "loss_only.");
        Terms(f, c, "loss_only.", pair, f.Input("loss_only.model_pred").clone().requires_grad_(), f.Input("loss_only.ref_pred"));
    }

    /// <summary>Every term of the preference loss under the reference's names and, where stored, the gradient of the prediction.</summary>
    private static void Terms(ParityFixture f, Comparison c, string name, Pair pair, Tensor prediction, Tensor frozen)
    {
        var (own, before) = (DiffusionDpo.Errors(prediction, pair.Target), DiffusionDpo.Errors(frozen, pair.Target));
        var (policy, reference) = (Halves(own), Halves(before));
        var terms = DiffusionDpo.Terms(policy, reference, pair.Beta);
        c.Maybe(name + "timesteps", () => pair.Timesteps);
        c.Maybe(name + "noise", () => pair.Noise);
        c.Maybe(name + "noisy_model_input", () => pair.Noisy);
        c.Maybe(name + "target", () => pair.Target);
        c.Maybe(name + "model_pred", () => prediction);
        c.Maybe(name + "ref_preds", () => frozen);
        c.Maybe(name + "model_losses", () => own);
        c.Maybe(name + "ref_loss", () => before);
        c.Maybe(name + "model_losses_w", () => policy.Winner);
        c.Maybe(name + "model_losses_l", () => policy.Loser);
        c.Maybe(name + "ref_losses_w", () => reference.Winner);
        c.Maybe(name + "ref_losses_l", () => reference.Loser);
        c.Maybe(name + "raw_model_loss", () => own.mean());
        c.Maybe(name + "raw_ref_loss", () => before.mean());
        c.Maybe(name + "model_diff", () => policy.Winner - policy.Loser);
        c.Maybe(name + "ref_diff", () => reference.Winner - reference.Loser);
        c.Maybe(name + "inside_term", () => DiffusionDpo.Logits(policy, reference, pair.Beta));
        c.Maybe(name + "loss", () => terms.Loss);
        Backward(f, c, name, prediction, terms.Loss);
    }

    private static void Backward(ParityFixture f, Comparison c, string name, Tensor prediction, Tensor loss)
    {
        if (!f.Has(name + "grad.model_pred")) return;
        prediction.retain_grad();
        loss.backward();
        c.Close(name + "grad.model_pred", prediction.grad!);
    }

    private static void Plain(ParityFixture f, Comparison c, Pair pair, string name)
    {
        if (!f.Has(name + ".loss")) return;
        using var scope = NewDisposeScope();
        var timesteps = f.Input("sft.timesteps");
        var (noisy, target) = pair.Winners(timesteps);
        var prediction = pair.Policy.call(noisy, timesteps, pair.WinnerStates, pair.WinnerMask);
        var weights = DenoisingLoss.MinSnrWeights(pair.Schedule, timesteps, Gamma(f));
        var loss = name == "sft"
            ? DenoisingLoss.Of(prediction, target) : DenoisingLoss.Weighted(prediction, target, weights);
        c.Maybe(name + ".timesteps", () => timesteps);
        c.Maybe(name + ".noise", () => pair.WinnerNoise);
        c.Maybe(name + ".noisy_latents", () => noisy);
        c.Maybe(name + ".target", () => target);
        c.Maybe(name + ".model_pred", () => prediction);
        c.Maybe(name + ".snr", () => pair.Schedule.SignalToNoise(timesteps));
        c.Maybe(name + ".mse_loss_weights", () => weights);
        c.Close(name + ".loss", loss);
        Backward(f, c, name + ".", prediction, loss);
        UNetParity.Gradients(pair.Policy, f, c, name + ".grad.");
        pair.Policy.zero_grad();
    }

    /// <summary>The training script validates in the middle of the schedule.</summary>
    private static void Validation(ParityFixture f, Comparison c, Pair pair)
    {
        if (!f.Has("validation.loss")) return;
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        var timesteps = full([pair.WinnerNoise.shape[0]], pair.Schedule.Steps / 2L);
        var (noisy, target) = pair.Winners(timesteps);
        var prediction = pair.Policy.call(noisy, timesteps, pair.WinnerStates, pair.WinnerMask);
        c.Close("validation.loss", DenoisingLoss.Of(prediction, target));
    }

    /// <summary>A few updates on the same batch: the losses before each, and where some parameters end.</summary>
    private static void Training(ParityFixture f, Comparison c, Pair pair, string name, string objective, double rate)
    {
        using var scope = NewDisposeScope();
        using var policy = Policy(f);
        using var optimizer = Adam(f, policy.named_parameters());
        var start = policy.named_parameters().ToDictionary(p => p.name, p => p.parameter.detach().clone());
        var losses = new List<float>();
        for (var step = 0; step < f.Output(name).shape[0]; step++)
        {
            using var inner = NewDisposeScope();
            optimizer.ZeroGrad();
            var loss = objective == "dpo" ? pair.PreferenceLoss(policy) : pair.WinnerLoss(policy, f.Input("sft.timesteps"));
            loss.backward();
            losses.Add(loss.item<float>());
            optimizer.Step(rate);
        }
        c.Close(name, tensor(losses.ToArray()));
        var prefix = name[..^"losses".Length];
        foreach (var (key, parameter) in policy.named_parameters())
        {
            c.Maybe($"{prefix}param.{key}", () => parameter);
            c.Maybe($"{prefix}delta.{key}", () => parameter.detach() - start[key]);
        }
    }

    private static void Optimizer(ParityFixture f, Comparison c, string prefix, double rate)
    {
        using var scope = NewDisposeScope();
        var parameter = new TorchSharp.Modules.Parameter(f.Input("adamw.param").clone());
        using var optimizer = Adam(f, [("it", parameter)]);
        var walk = new List<Tensor>();
        for (var step = 0; step < f.Input("adamw.grads").shape[0]; step++)
        {
            parameter.grad = f.Input("adamw.grads")[step].clone();
            optimizer.Step(rate);
            walk.Add(parameter.detach().clone());
        }
        var state = optimizer.State().ToDictionary();
        c.Close(prefix + "params", stack(walk));
        c.Maybe(prefix + "exp_avg", () => state["exp_avg.it"]);
        c.Maybe(prefix + "exp_avg_sq", () => state["exp_avg_sq.it"]);
    }

    private static void Rate(ParityFixture f, Comparison c, string name, string kind, int warmup, int total)
    {
        var expected = f.Output(name).data<double>().ToArray();
        Func<int, double> share = kind switch
        {
            "linear" => step => LearningRateSchedule.Linear(step, warmup, total),
            "cosine" => step => LearningRateSchedule.Cosine(step, warmup, total),
            "cosine_with_restarts" => step => LearningRateSchedule.CosineWithRestarts(step, warmup, total),
            "polynomial" => step => LearningRateSchedule.Polynomial(step, warmup, total, peak: expected[warmup]),
            "constant_with_warmup" => step => LearningRateSchedule.ConstantWithWarmup(step, warmup),
            "constant" => step => LearningRateSchedule.ConstantWithWarmup(step, warmup: 0),
            _ => throw new InvalidDataException($"{f} has {name}, but the schedule {kind} is not known."),
        };
        // The peak is not stored; the highest of the rates tells it.
        var highest = Array.IndexOf(expected, expected.Max());
        c.Close(name, tensor(expected.Select((_, step) => expected[highest] / share(highest) * share(step)).ToArray()));
    }

    private static FusedAdamW Adam(ParityFixture f, IEnumerable<(string, TorchSharp.Modules.Parameter)> parameters)
    {
        var settings = f.Config["adamw"]!;
        return new(parameters, (double)settings["betas"]![0]!, (double)settings["betas"]![1]!,
            (double)settings["weight_decay"]!, (double)settings["eps"]!);
    }

    private static double Gamma(ParityFixture f) =>
        f.Config["snr_gamma"]!.AsArray().Where(g => g is not null).Select(g => (double)g!).FirstOrDefault(5);

    private static PairErrors Halves(Tensor errors)
    {
        var halves = errors.chunk(2);
        return new(halves[0], halves[1]);
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static int Whole(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^train\.(?<objective>dpo|sft)\.lr(?<rate>[0-9.e+-]+)\.losses$")]
    private static partial Regex Train();

    [GeneratedRegex(@"^adamw\.lr(?<rate>[0-9.e+-]+)\.params$")]
    private static partial Regex Adam();

    [GeneratedRegex(@"^lr_schedule\.(?<kind>\w+)\.warm(?<warm>\d+)\.total(?<total>\d+)$")]
    private static partial Regex Rates();

    /// <summary>Winners and losers one after the other, with one noise and one timestep for both of a pair.</summary>
    private sealed class Pair
    {
        public Pair(ParityFixture f, NoiseSchedule schedule, string prefix)
        {
            (Schedule, Beta) = (schedule, (double)f.Config["beta_dpo"]!);
            var (latents, timesteps) = (f.Input(prefix + "latents"), f.Input(prefix + "timesteps"));
            var count = timesteps.shape[0];
            WinnerLatents = latents.narrow(0, 0, count);
            WinnerNoise = f.Input(prefix + "noise_full").narrow(0, 0, count);
            (Noise, Timesteps) = (cat([WinnerNoise, WinnerNoise]), cat([timesteps, timesteps]));
            Noisy = schedule.AddNoise(latents, Noise, Timesteps);
            Target = schedule.Target(latents, Noise, Timesteps);
        }

        public Pair(ParityFixture f, NoiseSchedule schedule, UNet2DConditionModel policy, UNet2DConditionModel reference)
            : this(f, schedule, "")
        {
            (_policy, _reference) = (policy, reference);
            (_states, _mask) = (f.Input("encoder_hidden_states"), f.Input("encoder_attention_mask"));
        }

        private readonly UNet2DConditionModel? _policy, _reference;
        private readonly Tensor? _states, _mask;

        public NoiseSchedule Schedule { get; }

        public double Beta { get; }

        public UNet2DConditionModel Policy => _policy!;

        public UNet2DConditionModel Reference => _reference!;

        public Tensor WinnerLatents { get; }

        public Tensor WinnerNoise { get; }

        public Tensor WinnerStates => _states!;

        public Tensor WinnerMask => _mask!;

        public Tensor Noise { get; }

        public Tensor Timesteps { get; }

        public Tensor Noisy { get; }

        public Tensor Target { get; }

        public Tensor States => cat([WinnerStates, WinnerStates]);

        public Tensor Predict(UNet2DConditionModel network, Tensor states) =>
            network.call(Noisy, Timesteps, states, cat([WinnerMask, WinnerMask]));

        public Tensor Frozen(UNet2DConditionModel network, Tensor states)
        {
            using var gradients = no_grad();
            return Predict(network, states);
        }

        public (Tensor Noisy, Tensor Target) Winners(Tensor timesteps) => (
            Schedule.AddNoise(WinnerLatents, WinnerNoise, timesteps), Schedule.Target(WinnerLatents, WinnerNoise, timesteps));

        public Tensor PreferenceLoss(UNet2DConditionModel policy) => DiffusionDpo.Terms(
            Halves(DiffusionDpo.Errors(Predict(policy, States), Target)),
            Halves(DiffusionDpo.Errors(Frozen(Reference, States), Target)), Beta).Loss;

        public Tensor WinnerLoss(UNet2DConditionModel policy, Tensor timesteps)
        {
            var (noisy, target) = Winners(timesteps);
            return DenoisingLoss.Of(policy.call(noisy, timesteps, WinnerStates, WinnerMask), target);
        }
    }
}
