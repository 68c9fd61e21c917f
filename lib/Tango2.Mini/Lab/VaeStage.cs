using System.Globalization;
using Tango2.Audio;
using Tango2.Checkpoints;
using Tango2.Mini.Foley;
using Tango2.Models;
using Tango2.Tensors;
using Tango2.Training;

namespace Tango2.Mini.Lab;

/// <summary>Trains the spectrogram autoencoder: L1 + 0.25 · MSE + 0.002 · KL.</summary>
internal static class VaeStage
{
    private const string Name = "vae";
    private const int Batch = 16;
    private static readonly TacotronMel Front = new(MiniScale.Mel);

    /// <summary>The stage.</summary>
    public static LabStage Stage { get; } = new LessonStage(Name, "spectrogram autoencoder", Prepare, Test)
    {
        Makes = [LabProduct.Weights(Name)],
    };

    /// <summary>The log-mel spectrograms [B, 1, T, F] of waveforms [B, N].</summary>
    public static Tensor Mel(Tensor waveforms) => Front.Transform(waveforms, MiniScale.Mel.ClipFrames);

    private static Lesson Prepare(LabOptions options)
    {
        var vae = new AutoencoderKL(MiniScale.Vae);
        FoleyClip[] clips = [.. FoleyWorld.Clips(options.Seed, FoleySplit.Train, options.Scaled(6000, Batch))];
        var mels = Corpus.Map(clips, Mel);
        var training = new TrainingOptions
        {
            Steps = options.Scaled(700),
            LearningRate = 2e-3,
            WarmupSteps = 20,
            EmaDecay = 0.99,
            WeightDecay = 0,
        };
        return new(vae, training, Loss, vae, mels) { After = ScaleFactor };

        Objective Loss(int step)
        {
            var mel = mels.Rows(Corpus.Batch(options.Seed, Name, step, Batch, clips.Length));
            var posterior = vae.Encode(mel);
            using var generator = Seeds.Generator(options.Seed, "vae/posterior", step);
            var difference = vae.Decode(posterior.Sample(generator)) - mel;
            var l1 = difference.abs().mean();
            return new(l1 + 0.25 * difference.square().mean() + 2e-3 * posterior.Kl().mean(),
                new Dictionary<string, double> { ["l1"] = l1.item<float>() });
        }

        // So that latents have the unit variance that noise has.
        Dictionary<string, string> ScaleFactor()
        {
            vae.eval();
            var latents = vae.Encode(mels.slice(0, 0, Math.Min(512, clips.Length), 1)).Mode;
            var scale = 1 / latents.std().item<float>();
            return new() { ["scale_factor"] = scale.ToString("r", CultureInfo.InvariantCulture) };
        }
    }

    private static Dictionary<string, double> Test(LabOptions options)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var vae = options.Models.Vae();
        var mel = Corpus.Map([.. FoleyWorld.Clips(options.Seed, FoleySplit.Test, options.Scaled(256))], Mel);
        var latents = vae.Encode(mel).Mode;
        return new()
        {
            ["reconstruction L1 (nats)"] = (vae.Decode(latents) - mel).abs().mean().item<float>(),
            ["scale factor"] = double.Parse(
                SafeTensors.ReadMetadata(options.Models.PathOf("vae.safetensors"))["scale_factor"],
                CultureInfo.InvariantCulture),
        };
    }
}
