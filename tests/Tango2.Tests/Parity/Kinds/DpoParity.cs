using System.Globalization;
using System.Text.RegularExpressions;
using Tango2.Diffusion;
using Tango2.Models;
using Tango2.Pipelines;
using Tango2.Training;

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
        var (policy, reference) = (Policy(f), Networks.UNet(f.Config["unet"]!, f.Weights("ref_unet.")));
        var pair = new Pair(f, schedule, "", new(f.Input("encoder_hidden_states"), f.Input("encoder_attention_mask")));
        Preference(f, c, pair, policy, reference);
        foreach (var name in (string[])["sft", "sft_snr"]) Plain(f, c, pair, policy, name);
        Validation(f, c, pair, policy);
        foreach (var (match, name) in f.Outputs.Select(o => (Train().Match(o), o)).Where(o => o.Item1.Success))
            Training(f, c, pair, reference, name, match.Groups["objective"].Value, Number(match.Groups["rate"].Value));
    }

    private static UNet2DConditionModel Policy(ParityFixture f) => Networks.UNet(f.Config["unet"]!, f.Weights("unet."));

    private static void Preference(
        ParityFixture f, Comparison c, Pair pair, UNet2DConditionModel policy, UNet2DConditionModel reference)
    {
        using var scope = NewDisposeScope();
        var (own, frozen) = (TextToAudio.DenoiserOf(policy), TextToAudio.DenoiserOf(reference));
        Terms(f, c, "dpo.", pair, own, frozen);
        UNetParity.Gradients(policy, f, c, "dpo.grad.");
        policy.zero_grad();

        using var gradients = no_grad();
        Terms(f, c, "dpo_same_ref.", pair, own, own);

        // The prompts left out are drawn for the pairs and not for both halves: the losers keep theirs.
        var states = pair.Batch.Text.Then(pair.Batch.Text).EncoderHiddenStates.clone();
        var draws = f.Config["uncondition_random_values"]!.AsArray().Select(v => (double)v!).ToArray();
        for (var i = 0; i < draws.Length; i++) if (draws[i] < UnconditionBelow) states[i].zero_();
        c.Maybe("uncond.encoder_hidden_states", () => states);
        Terms(f, c, "uncond.", pair, Without(own), Without(frozen));

        TextDenoiser Without(TextDenoiser network) => (noisyLatents, timesteps, text) =>
            network(noisyLatents, timesteps, text with { EncoderHiddenStates = states });
    }

    private static void LossOnly(ParityFixture f, Comparison c, NoiseSchedule schedule)
    {
        if (f.InputOrNull("loss_only.latents") is not { } latents) return;
        using var scope = NewDisposeScope();
        var pair = new Pair(f, schedule, "loss_only.", new(zeros(latents.shape[0] / 2, 1, 1), ones(latents.shape[0] / 2, 1)));
        var prediction = f.Input("loss_only.model_pred").clone().requires_grad_();
        Terms(f, c, "loss_only.", pair, (_, _, _) => prediction.alias(), (_, _, _) => f.Input("loss_only.ref_pred").alias());
    }

    /// <summary>Every term of the preference loss under the reference's names and, where stored, the gradient of the prediction.</summary>
    private static void Terms(
        ParityFixture f, Comparison c, string name, Pair pair, TextDenoiser denoise, TextDenoiser reference)
    {
        var (seen, seenFrozen) = (new Seen(denoise), new Seen(reference));
        var own = PairErrors.Of(seen.Denoise, pair.Schedule, pair.Batch, pair.Draw);
        var frozen = pair.Frozen(seenFrozen.Denoise);
        var terms = DiffusionDpo.Terms(own, frozen, pair.Beta);
        var noise = cat([pair.Draw.Noise, pair.Draw.Noise]);
        c.Maybe(name + "timesteps", () => seen.Timesteps!);
        c.Maybe(name + "noise", () => noise);
        c.Maybe(name + "noisy_model_input", () => seen.NoisyLatents!);
        c.Maybe(name + "target", () => pair.Schedule.Target(
            cat([pair.Batch.Winners, pair.Batch.Losers]), noise, seen.Timesteps!));
        c.Maybe(name + "model_pred", () => seen.Prediction!);
        c.Maybe(name + "ref_preds", () => seenFrozen.Prediction!);
        c.Maybe(name + "model_losses", () => cat([own.Winner, own.Loser]));
        c.Maybe(name + "ref_loss", () => cat([frozen.Winner, frozen.Loser]));
        c.Maybe(name + "model_losses_w", () => own.Winner);
        c.Maybe(name + "model_losses_l", () => own.Loser);
        c.Maybe(name + "ref_losses_w", () => frozen.Winner);
        c.Maybe(name + "ref_losses_l", () => frozen.Loser);
        c.Maybe(name + "raw_model_loss", () => cat([own.Winner, own.Loser]).mean());
        c.Maybe(name + "raw_ref_loss", () => cat([frozen.Winner, frozen.Loser]).mean());
        c.Maybe(name + "model_diff", () => own.Winner - own.Loser);
        c.Maybe(name + "ref_diff", () => frozen.Winner - frozen.Loser);
        c.Maybe(name + "inside_term", () => DiffusionDpo.Logits(own, frozen, pair.Beta));
        c.Maybe(name + "loss", () => terms.Loss);
        Backward(f, c, name, seen, terms.Loss);
    }

    private static void Backward(ParityFixture f, Comparison c, string name, Seen seen, Tensor loss)
    {
        if (!f.Has(name + "grad.model_pred")) return;
        loss.backward();
        c.Close(name + "grad.model_pred", seen.Prediction!.grad!);
    }

    private static void Plain(ParityFixture f, Comparison c, Pair pair, UNet2DConditionModel policy, string name)
    {
        if (!f.Has(name + ".loss")) return;
        using var scope = NewDisposeScope();
        var draw = pair.Draw with { Timesteps = f.Input("sft.timesteps") };
        var seen = new Seen(TextToAudio.DenoiserOf(policy));
        var loss = DenoisingLoss.Of(
            seen.Denoise, pair.Schedule, pair.Batch.Winners, pair.Batch.Text, draw, name == "sft" ? null : Gamma(f));
        c.Maybe(name + ".timesteps", () => seen.Timesteps!);
        c.Maybe(name + ".noise", () => draw.Noise);
        c.Maybe(name + ".noisy_latents", () => seen.NoisyLatents!);
        c.Maybe(name + ".target", () => pair.Schedule.Target(pair.Batch.Winners, draw.Noise, draw.Timesteps));
        c.Maybe(name + ".model_pred", () => seen.Prediction!);
        c.Maybe(name + ".snr", () => pair.Schedule.SignalToNoise(draw.Timesteps));
        c.Maybe(name + ".mse_loss_weights", () => DenoisingLoss.MinSnrWeights(pair.Schedule, draw.Timesteps, Gamma(f)));
        c.Close(name + ".loss", loss);
        Backward(f, c, name + ".", seen, loss);
        UNetParity.Gradients(policy, f, c, name + ".grad.");
        policy.zero_grad();
    }

    /// <summary>The training script validates in the middle of the schedule.</summary>
    private static void Validation(ParityFixture f, Comparison c, Pair pair, UNet2DConditionModel policy)
    {
        if (!f.Has("validation.loss")) return;
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        var draw = pair.Draw with { Timesteps = full_like(pair.Draw.Timesteps, pair.Schedule.Steps / 2L) };
        c.Close("validation.loss", DenoisingLoss.Of(
            TextToAudio.DenoiserOf(policy), pair.Schedule, pair.Batch.Winners, pair.Batch.Text, draw));
    }

    /// <summary>
    /// A few updates by the library's own loop on the same batch: the losses before each, and where some parameters end. The
    /// noise is the fixture's and the same in each update, where <see cref="Tango2.Alignment.PreferenceTraining"/> draws its own.
    /// </summary>
    private static void Training(
        ParityFixture f, Comparison c, Pair pair, UNet2DConditionModel reference, string name, string objective, double rate)
    {
        using var scope = NewDisposeScope();
        using var policy = Policy(f);
        var denoise = TextToAudio.DenoiserOf(policy);
        var start = policy.named_parameters().ToDictionary(p => p.name, p => p.parameter.detach().clone());
        var settings = f.Config["adamw"]!;
        c.That((double)settings["eps"]! == 1e-8, "the loop's eps is 1e-8");
        var options = new TrainingOptions
        {
            Steps = (int)f.Output(name).shape[0],
            LearningRate = rate,
            Schedule = RateSchedule.ConstantWithWarmup,
            MaxNorm = 0,
            Betas = ((double)settings["betas"]![0]!, (double)settings["betas"]![1]!),
            WeightDecay = (double)settings["weight_decay"]!,
        };
        var reports = Trainer.Run(policy, options, _ => new(objective == "dpo" ? Preferred() : Denoised()));
        c.Close(name, tensor(reports.Select(report => (float)report.Loss).ToArray()));
        var prefix = name[..^"losses".Length];
        foreach (var (key, parameter) in policy.named_parameters())
        {
            c.Maybe($"{prefix}param.{key}", () => parameter);
            c.Maybe($"{prefix}delta.{key}", () => parameter.detach() - start[key]);
        }

        Tensor Preferred() => DiffusionDpo.Terms(
            PairErrors.Of(denoise, pair.Schedule, pair.Batch, pair.Draw), pair.Frozen(TextToAudio.DenoiserOf(reference)),
            pair.Beta).Loss;

        Tensor Denoised() => DenoisingLoss.Of(
            denoise, pair.Schedule, pair.Batch.Winners, pair.Batch.Text, pair.Draw with { Timesteps = f.Input("sft.timesteps") });
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
        var expected = f.Output(name).cpu().data<double>().ToArray();
        var options = new TrainingOptions
        {
            Steps = total,
            LearningRate = 1,
            WarmupSteps = kind == "constant" ? 0 : warmup,
            Schedule = kind switch
            {
                "linear" => RateSchedule.Linear,
                "cosine" => RateSchedule.Cosine,
                "cosine_with_restarts" => RateSchedule.CosineWithRestarts,
                "polynomial" => RateSchedule.Polynomial,
                "constant_with_warmup" or "constant" => RateSchedule.ConstantWithWarmup,
                _ => throw new InvalidDataException($"{f} has {name}, but the schedule {kind} is not known."),
            },
        };
        // The peak is not stored; the highest of the rates tells it.
        var highest = Array.IndexOf(expected, expected.Max());
        options = options with { LearningRate = expected[highest] / LearningRateSchedule.Rate(options, highest) };
        c.Close(name, tensor(expected.Select((_, step) => LearningRateSchedule.Rate(options, step)).ToArray()));
    }

    private static FusedAdamW Adam(ParityFixture f, IEnumerable<(string, TorchSharp.Modules.Parameter)> parameters)
    {
        var settings = f.Config["adamw"]!;
        return new(parameters, (double)settings["betas"]![0]!, (double)settings["betas"]![1]!,
            (double)settings["weight_decay"]!, (double)settings["eps"]!);
    }

    private static double Gamma(ParityFixture f) =>
        f.Config["snr_gamma"]!.AsArray().Where(g => g is not null).Select(g => (double)g!).FirstOrDefault(5);

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static int Whole(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^train\.(?<objective>dpo|sft)\.lr(?<rate>[0-9.e+-]+)\.losses$")]
    private static partial Regex Train();

    [GeneratedRegex(@"^adamw\.lr(?<rate>[0-9.e+-]+)\.params$")]
    private static partial Regex Adam();

    [GeneratedRegex(@"^lr_schedule\.(?<kind>\w+)\.warm(?<warm>\d+)\.total(?<total>\d+)$")]
    private static partial Regex Rates();

    /// <summary>The fixture's pairs with the noise and timestep of each, as training has them.</summary>
    private sealed class Pair
    {
        public Pair(ParityFixture f, NoiseSchedule schedule, string prefix, TextStates text)
        {
            (Schedule, Beta) = (schedule, (double)f.Config["beta_dpo"]!);
            var (latents, timesteps) = (f.Input(prefix + "latents"), f.Input(prefix + "timesteps"));
            var count = timesteps.shape[0];
            Batch = new(latents.narrow(0, 0, count), latents.narrow(0, count, count), text);
            Draw = new(f.Input(prefix + "noise_full").narrow(0, 0, count), timesteps);
        }

        public NoiseSchedule Schedule { get; }

        public double Beta { get; }

        public PairBatch Batch { get; }

        public NoiseDraw Draw { get; }

        public PairErrors Frozen(TextDenoiser network)
        {
            using var gradients = no_grad();
            return PairErrors.Of(network, Schedule, Batch, Draw);
        }
    }

    /// <summary>What a network was given and what it said; all of it outlives the loss that asked.</summary>
    private sealed class Seen(TextDenoiser network)
    {
        public Tensor? NoisyLatents { get; private set; }

        public Tensor? Timesteps { get; private set; }

        public Tensor? Prediction { get; private set; }

        public Tensor Denoise(Tensor noisyLatents, Tensor timesteps, TextStates text)
        {
            var prediction = network(noisyLatents, timesteps, text);
            if (prediction.requires_grad) prediction.retain_grad();
            (NoisyLatents, Timesteps, Prediction) = (
                noisyLatents.alias().MoveToOuterDisposeScope(), timesteps.alias().MoveToOuterDisposeScope(),
                prediction.MoveToOuterDisposeScope());
            return prediction;
        }
    }
}
