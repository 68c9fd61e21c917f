using Tango2.Diffusion;
using Tango2.Pipelines;

namespace Tango2.Studies;

/// <summary>A moment of the walk from noise to latents.</summary>
/// <param name="Timestep">t, from the last training timestep (noise) to 0.</param>
/// <param name="PredictedOriginal">What the network takes the clean latents to be, [1, C, T, F].</param>
public sealed record WalkStep(int Timestep, Tensor PredictedOriginal);

/// <summary>Looks over the sampler's shoulder: which clean latents does the network see in the noise, step by step?</summary>
public static class Walk
{
    /// <summary>The walk of one clip; its last step is nearly what <see cref="TextToAudio.Latents(IReadOnlyList{string}, IReadOnlyList{long}, GenerationOptions?)"/> returns.</summary>
    /// <param name="tango">The model.</param>
    /// <param name="prompt">The prompt.</param>
    /// <param name="seed">Of the noise.</param>
    /// <param name="options">Steps, spacing and guidance; the sampler is DDIM without noise.</param>
    /// <returns>One for each step, in the order of the walk.</returns>
    public static IReadOnlyList<WalkStep> Of(TextToAudio tango, string prompt, long seed, GenerationOptions options)
    {
        var timesteps = tango.Timesteps(options with { Sampler = Sampler.Ddim });
        if (options.Eta > 0) throw new ArgumentException($"The walk is without noise, but Eta is {options.Eta}.", nameof(options));
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var denoiser = tango.Guided([prompt], options.GuidanceScale);
        var seen = new List<WalkStep>();
        DdimSampler.Sample(tango.Schedule, Watched, tango.Noise([seed]).Initial, timesteps);
        return seen;

        Tensor Watched(Tensor noisyLatents, Tensor timesteps)
        {
            var prediction = denoiser.Predict(noisyLatents, timesteps);
            var original = tango.Schedule.PredictedOriginal(noisyLatents, prediction, timesteps);
            seen.Add(new((int)timesteps[0].item<long>(), original.DetachFromDisposeScope()));
            return prediction;
        }
    }
}
