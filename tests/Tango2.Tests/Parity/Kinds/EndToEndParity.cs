using Tango2.Diffusion;
using Tango2.Models;

namespace Tango2.Tests.Parity;

/// <summary>From token ids to the waveform: text states, guided ancestral sampling, mel and vocoder.</summary>
internal static class EndToEndParity
{
    public static void Run(ParityFixture f, Comparison c)
    {
        using var gradients = no_grad();
        var files = f.Config["weights_from"]!;
        using var schedule = NoiseSchedule.FromJson(f.Config["scheduler"]!.ToJsonString());
        var text = Encode(f, "");
        var guidance = (double)f.Config["guidance_scale"]!;
        TextStates? empty = guidance > 1 ? Encode(f, "uncond_") : null;
        c.Maybe("prompt_embeds", () => Both(empty?.EncoderHiddenStates, text.EncoderHiddenStates));
        c.Maybe("prompt_mask", () => Both(empty?.EncoderAttentionMask, text.EncoderAttentionMask));

        var (unetConfig, unetWeights) = f.Other((string)files["unet"]!);
        var unet = Networks.UNet(unetConfig, unetWeights);
        var (raw, guided, walked) = (new List<Tensor>(), new List<Tensor>(), new List<Tensor>());
        using var denoiser = new GuidedDenoiser(Recorded, text, empty, Math.Max(guidance, 1)); // at most 1 is without, in the reference
        var steps = (int)f.Config["steps"]!;
        var timesteps = schedule.Timesteps(steps, TimestepSpacing.Leading);
        c.Maybe("timesteps", () => tensor(timesteps.Select(t => (long)t).ToArray()));
        var latents = f.Input("initial_latents");
        for (var i = 0; i < steps; i++)
        {
            var prediction = denoiser.Predict(latents, full([latents.shape[0]], (long)timesteps[i], device: latents.device));
            guided.Add(prediction);
            var next = timesteps[i] - schedule.Steps / steps;
            walked.Add(latents = DdpmSampler.Step(schedule, prediction, timesteps[i], next, latents, f.Input("noises")[i]));
        }
        c.Maybe("unet_raw", () => stack(raw));
        c.Maybe("guided", () => stack(guided));
        c.Maybe("latents_per_step", () => stack(walked));
        c.Maybe("latents", () => latents);
        Sound(f, c, latents);

        Tensor Recorded(Tensor x, Tensor t, TextStates states)
        {
            var prediction = unet.call(x, t, states.EncoderHiddenStates, states.EncoderAttentionMask);
            raw.Add(prediction.clone().DetachFromDisposeScope());
            return prediction;
        }
    }

    private static void Sound(ParityFixture f, Comparison c, Tensor latents)
    {
        var files = f.Config["weights_from"]!;
        var (vaeConfig, vaeWeights) = f.Other((string)files["vae"]!);
        vaeConfig["scale_factor"] = (double)f.Config["scale_factor"]!;
        var mel = Networks.Vae(vaeConfig, vaeWeights).DecodeLatents(latents);
        c.Maybe("mel", () => mel);
        var (ganConfig, ganWeights) = f.Other((string)files["gan"]!);
        var plain = ganWeights.Where(w => !w.Key.StartsWith("weight_norm.", StringComparison.Ordinal)).ToDictionary();
        var waveform = Networks.HiFiGan(ganConfig, plain).Vocode(mel);
        c.Maybe("waveform", () => waveform);
        c.Maybe("waveform_int16", () => HiFiGanParity.Pcm(waveform));
    }

    /// <summary>The states and mask of the prompts, or of the empty ones, once for each clip of a prompt.</summary>
    private static TextStates Encode(ParityFixture f, string prefix)
    {
        var (config, weights) = f.Other((string)f.Config["weights_from"]!["t5"]!);
        T5EncoderModel encoder = Networks.T5(config, weights);
        var (ids, mask) = (f.Input(prefix + "input_ids"), f.Input(prefix + "attention_mask"));
        var repeats = (long)f.Config["num_samples_per_prompt"]!;
        return new(
            encoder.call(ids, mask).repeat_interleave(repeats, 0), mask.to(@bool).repeat_interleave(repeats, 0));
    }

    private static Tensor Both(Tensor? empty, Tensor text) => empty is null ? text : cat([empty, text]);
}
