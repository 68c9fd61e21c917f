using Tango2.Diffusion;
using Tango2.Pipelines;

namespace Tango2.Studies;

/// <summary>Looks over the sampler's shoulder: which clean latents does the network see in the noise, step by step?</summary>
public static class Walk
{
    /// <summary>The walk of one clip; its last step is nearly what <see cref="TextToAudio.Latents"/> returns.</summary>
    /// <param name="model">The model.</param>
    /// <param name="prompt">The prompt.</param>
    /// <param name="seed">Of the noise.</param>
    /// <param name="options">Steps and guidance; the sampler is DDIM.</param>
    /// <returns>One for each step, in the order of the walk.</returns>
    public static IReadOnlyList<WalkStep> Of(TextToAudio model, string prompt, long seed, GenerationOptions options)
    {
        options.Validate();
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var schedule = new NoiseSchedule();
        using var denoiser = Guidance.Guide(
            model.UNet.call, model.Encode([prompt]), model.Encode([""]), options.GuidanceScale);
        var noise = RowNoise.Draw(RowNoise.Generators([seed]), TextToAudio.LatentShape.ToArray());
        var seen = new List<WalkStep>();
        DdimSampler.Sample(schedule, Watched, noise, options.Steps);
        return seen;

        Tensor Watched(Tensor noisyLatents, Tensor timesteps)
        {
            var prediction = denoiser.Predict(noisyLatents, timesteps);
            var original = schedule.PredictedOriginal(noisyLatents, prediction, timesteps);
            seen.Add(new((int)timesteps[0].item<long>(), original.DetachFromDisposeScope()));
            return prediction;
        }
    }
}
