using System.Text.RegularExpressions;
using Tango2.Audio;
using Tango2.Checkpoints;
using Tango2.Models;
using Tango2.Pipelines;
using Tango2.Preferences;
using Tango2.Published;
using Tango2.Tests.Parity;
using Tango2.Training;

namespace Tango2.Tests.Snapshots;

/// <summary>The paper's training of a published Tango: an update on winners alone, then updates by diffusion-DPO.</summary>
[Trait("Category", SnapshotSet.Category)]
public sealed partial class TangoTrainingTests
{
    public static IEnumerable<TheoryDataRow<string>> Entries => SnapshotSet.Names("tango_training");

    [Theory, MemberData(nameof(Entries))]
    public void Mels_latents_losses_gradients_and_parameters_are_the_references(string name)
    {
        using var scope = NewDisposeScope();
        var entry = SnapshotSet.Entry(name);
        var comparison = new Comparison(entry);
        using var run = new Run(entry, comparison);
        run.Clips();
        run.Updates();
        TestContext.Current.TestOutputHelper?.WriteLine(comparison.Finish());
    }

    private sealed partial class Run : IDisposable
    {
        private readonly ParityFixture _entry;
        private readonly Comparison _comparison;
        private readonly TextToAudio _tango;
        private readonly UNet2DConditionModel _policy;
        private readonly IReadOnlyList<PreferencePair> _pairs;
        private readonly Dictionary<string, Tensor> _latents = [];

        public Run(ParityFixture entry, Comparison comparison)
        {
            (_entry, _comparison) = (entry, comparison);
            _tango = PublishedTango.Load(SnapshotSet.Of(entry)).To(Where.Device);
            _policy = new UNet2DConditionModel(_tango.UNet.Config);
            StateDict.Load(_policy, _tango.UNet.state_dict());
            _policy.to(Where.Device);
            _pairs = PreferenceManifest.Read(SnapshotSet.At((string)entry.Config["pairs"]!));
        }

        public void Dispose() => _policy.Dispose();

        /// <summary>The clips' spectrograms, what the autoencoder says of them, and their latents.</summary>
        public void Clips()
        {
            var noise = _entry.Input("posterior_noise").to(float32);
            for (var i = 0; i < 2 * _pairs.Count; i++)
            {
                using var scope = NewDisposeScope();
                var pair = i % _pairs.Count;
                var (side, path) = i < _pairs.Count ? ("w", _pairs[pair].Winner) : ("l", _pairs[pair].Loser);
                var clip = _tango.Prepare(Sound.Read(path));
                var (mel, posterior) = (_tango.Mel(clip).squeeze(0).squeeze(0), _tango.EncodeAudio(clip));
                _comparison.Maybe($"mel.{side}{pair}", () => mel);
                foreach (var output in _entry.Outputs.Where(o => o.StartsWith($"mel.{side}{pair}.every", StringComparison.Ordinal)))
                    _comparison.Sampled(output, mel);
                _comparison.Maybe($"mean.{side}{pair}", () => posterior.Mean.squeeze(0));
                _comparison.Maybe($"logvar.{side}{pair}", () => posterior.LogVar.squeeze(0));
                var latents = _tango.EncodeAudio(clip, noise[i..(i + 1)]);
                _latents[$"{side}{pair}"] = latents.MoveToOuterDisposeScope();
                _comparison.Maybe($"latent.{side}{pair}", () => latents.squeeze(0));
            }
        }

        /// <summary>The updates, in the order of the manifest's batches; those of winners alone are named sft.</summary>
        public void Updates()
        {
            var batches = _entry.Config["batches"]!.AsObject().Select(b => (b.Key, Rows: b.Value!.AsArray().Select(i => (int)i!).ToArray())).ToArray();
            Before(batches[0].Rows);
            var losses = new Dictionary<string, Tensor>();
            var reports = Trainer.Run(_policy, Options(), step => new(Loss(batches[step].Key, batches[step].Rows)));
            foreach (var ((key, _), report) in batches.Zip(reports)) // the run would have more updates
            {
                _comparison.Maybe($"{key}.loss", () => tensor((float)report.Loss));
                _comparison.Maybe($"{key}.lr", () => tensor(report.LearningRate, float64));
                Parameters(key);
            }
        }

        private void Before(int[] rows)
        {
            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            var (batch, draw) = (Batch(rows), Draw(rows));
            _comparison.Maybe("dpo_before_any_step.loss", () => DiffusionDpo.Terms(
                Errors(_policy, batch, draw), Errors(_tango.UNet, batch, draw), Beta).Loss);
            foreach (var output in _entry.Outputs)
            {
                if (Gamma().Match(output) is { Success: true } gamma)
                    _comparison.Close(output, Denoised(batch, draw, int.Parse(gamma.Groups[1].ValueSpan, System.Globalization.CultureInfo.InvariantCulture)));
                if (Validation().Match(output) is { Success: true } validation)
                    _comparison.Close(output, Denoised(batch, draw with
                    {
                        Timesteps = full_like(draw.Timesteps, long.Parse(validation.Groups[1].ValueSpan, System.Globalization.CultureInfo.InvariantCulture)),
                    }));
            }
        }

        private Tensor Loss(string key, int[] rows)
        {
            var (batch, draw) = (Batch(rows), Draw(rows));
            PairErrors frozen;
            using (no_grad()) frozen = Errors(_tango.UNet, batch, draw);
            var own = Errors(_policy, batch, draw);
            _comparison.Maybe($"{key}.error_w", () => own.Winner);
            _comparison.Maybe($"{key}.error_l", () => own.Loser);
            _comparison.Maybe($"{key}.ref_error_w", () => frozen.Winner);
            _comparison.Maybe($"{key}.ref_error_l", () => frozen.Loser);
            if (key.StartsWith("sft", StringComparison.Ordinal)) return Denoised(batch, draw);
            _comparison.Maybe($"{key}.inside_term", () => DiffusionDpo.Logits(own, frozen, Beta));
            return DiffusionDpo.Terms(own, frozen, Beta).Loss;
        }

        private void Parameters(string key)
        {
            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            var named = _policy.named_parameters().ToDictionary(p => p.name, p => p.parameter);
            var order = _entry.Strings("unet_parameter_names");
            _comparison.That(named.Count == order.Length, $"{named.Count} parameters, but {order.Length} are named");
            Noisy($"{key}.grad_norms", () => stack([.. order.Select(n => named[n].grad!.to(float64).norm())]));
            Noisy($"sum.{key}", () => stack([.. order.Select(n =>
            {
                var parameter = named[n].to(float64);
                return stack([parameter.sum(), parameter.square().sum()]);
            })]));
            foreach (var n in order)
            {
                Noisy($"{key}.grad.{n}", () => named[n].grad!);
                _comparison.Maybe($"param.{key}.{n}", () => named[n]);
            }
        }

        // An element of a gradient near zero is a sum that nearly cancels: the manifest's tolerance, which grows with the element,
        // is then below the noise that the manifest measures. And an update is as large whatever the gradient, so that a
        // parameter's sum follows a sign that is noise.
        private void Noisy(string output, Func<Tensor> actual)
        {
            if (!_entry.Has(output)) return;
            var suggested = _entry.Tolerances.For("output." + output);
            var measured = _entry.Entry["measured_noise"]?["output." + output]?.AsObject().Max(noise => (double)noise.Value!) ?? 0;
            _comparison.Within(output, actual(), suggested with { Atol = Math.Max(suggested.Atol, 10 * measured) }, "ten times the measured noise is more");
        }

        private TrainingOptions Options()
        {
            var (adam, schedule) = (_entry.Config["adamw"]!, _entry.Config["lr_schedule"]!);
            _comparison.That((double)adam["eps"]! == 1e-8, "the loop's eps is 1e-8");
            _comparison.That((string)schedule["name"]! == "linear", "the schedule is linear");
            return new()
            {
                Steps = (int)schedule["num_training_steps"]!,
                LearningRate = (double)_entry.Config["learning_rate"]!,
                Schedule = RateSchedule.Linear,
                WarmupSteps = (int)schedule["num_warmup_steps"]!,
                MaxNorm = (double?)_entry.Config["max_grad_norm"] ?? 0,
                Betas = ((double)adam["betas"]![0]!, (double)adam["betas"]![1]!),
                WeightDecay = (double)adam["weight_decay"]!,
            };
        }

        private double Beta => (double)_entry.Config["beta_dpo"]!;

        private PairErrors Errors(UNet2DConditionModel unet, PairBatch batch, NoiseDraw draw) =>
            PairErrors.Of(TextToAudio.DenoiserOf(unet), _tango.Schedule, batch, draw);

        private Tensor Denoised(PairBatch batch, NoiseDraw draw, double? gamma = null) => DenoisingLoss.Of(
            TextToAudio.DenoiserOf(_policy), _tango.Schedule, batch.Winners, batch.Text, draw, gamma ?? (double?)_entry.Config["snr_gamma"]);

        private PairBatch Batch(int[] rows) => new(
            cat([.. rows.Select(i => _latents[$"w{i}"])]), cat([.. rows.Select(i => _latents[$"l{i}"])]),
            _tango.Encode([.. rows.Select(i => _pairs[i].Prompt)]));

        private NoiseDraw Draw(int[] rows) => new(
            stack([.. rows.Select(i => _entry.Input("diffusion_noise")[i].to(float32, _tango.Device))]),
            stack([.. rows.Select(i => _entry.Input("timesteps")[i].to(_tango.Device))]));

        [GeneratedRegex(@"\.loss_if_snr_gamma_(\d+)$")]
        private static partial Regex Gamma();

        [GeneratedRegex(@"\.validation_loss_t(\d+)$")]
        private static partial Regex Validation();
    }
}
