using Tango2.Audio;
using Tango2.Checkpoints;
using Tango2.Foley;
using Tango2.Models;
using Tango2.Pipelines;
using Tango2.Tensors;
using Tango2.Training;

namespace Tango2.Lab;

/// <summary>Trains the vocoder on spectra alone: multi-resolution STFT loss and the L1 of log-mel spectrograms.</summary>
/// <remarks>
/// HiFi-GAN also plays against discriminators. Two cores cannot afford them; noise-like sounds are a little rougher for it.
/// </remarks>
public static class VocoderStage
{
    private const string Name = "vocoder";
    private const int Batch = 4, Frames = 32;

    /// <summary>The stage.</summary>
    public static LabStage Stage { get; } = new(Name, "HiFi-GAN vocoder", Train, Test);

    private static IEnumerable<StepReport> Train(LabOptions options)
    {
        manual_seed(Seeds.Derive(options.Seed, Name));
        using var generator = new HiFiGanGenerator(HiFiGanConfig.Mini);
        FoleyClip[] clips = [.. FoleyWorld.Clips(options.Seed + 50, FoleySplit.Train, options.Scaled(2000, Batch))];
        using var waveforms = Corpus.Waveforms(clips);
        using var clean = Corpus.Map(clips, VaeStage.Mel);
        using var blurred = Blurred(options, clips);
        var mel = new TacotronMel(ModelStore.Mel);
        var training = new TrainingOptions
        {
            Steps = options.Scaled(4000),
            LearningRate = 1.5e-3,
            WarmupSteps = 20,
            EmaDecay = 0.99,
            WeightDecay = 0,
            Betas = (0.8, 0.99),
        };
        foreach (var report in Trainer.Run(generator, training, Loss, options.StatePath(Name))) yield return report;
        using var noGrad = no_grad();
        generator.RemoveWeightNorm();
        StateDict.Save(options.Models.PathOf("vocoder.safetensors"), generator, half: true);

        Objective Loss(int step)
        {
            var rows = Corpus.Batch(options.Seed, Name, step, Batch, clips.Length);
            var random = Seeds.Random(options.Seed, "vocoder/segments", step);
            var (inputs, targets) = (new List<Tensor>(), new List<Tensor>());
            foreach (var row in rows)
            {
                var first = random.Next(ModelStore.Mel.ClipFrames - Frames);
                var source = random.Next(2) == 0 ? clean : blurred;
                inputs.Add(source[row, 0].narrow(0, first, Frames));
                targets.Add(waveforms[row].narrow(0, first * ModelStore.Mel.HopLength, Frames * ModelStore.Mel.HopLength));
            }
            var target = stack(targets);                                  // [B, N]
            var made = generator.Vocode(stack(inputs).unsqueeze(1));      // [B, N]
            var l1 = (mel.Transform(made) - mel.Transform(target)).abs().mean();
            return new(
                SpectralLoss.Terms(made, target).Loss() + 2 * l1,
                new Dictionary<string, double> { ["mel l1"] = l1.item<float>() });
        }
    }

    /// <summary>The spectrograms as the autoencoder gives them back.</summary>
    private static Tensor Blurred(LabOptions options, FoleyClip[] clips)
    {
        using var vae = options.Models.Vae();
        return Corpus.Map(clips, w => vae.Decode(vae.Encode(VaeStage.Mel(w)).Mode));
    }

    private static Dictionary<string, double> Test(LabOptions options)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var vocoder = options.Models.Vocoder();
        var mel = Corpus.Map([.. FoleyWorld.Clips(options.Seed, FoleySplit.Test, options.Scaled(128))], VaeStage.Mel);
        var made = vocoder.Vocode(mel);
        var measures = new Dictionary<string, double>
        {
            ["log-mel L1 after vocoding (nats)"] = (VaeStage.Mel(made) - mel).abs().mean().item<float>(),
            ["loudest sample"] = made.abs().max().item<float>(),
            ["mel bins below −11 nats, which is digital silence (share)"] = (mel < -11).to(float32).mean().item<float>(),
        };
        var singles = FoleyWorld.Clips(options.Seed, FoleySplit.Test, options.Scaled(360), SceneMix.Singles)
            .GroupBy(clip => clip.Scene.Events[0].Event.Key);
        foreach (var sound in singles.OrderBy(s => s.Key, StringComparer.Ordinal))
        {
            using var inner = NewDisposeScope();
            var real = Corpus.Waveforms([.. sound]);
            measures[$"loudness kept, {sound.Key} (share of RMS)"] =
                vocoder.Vocode(VaeStage.Mel(real)).std().item<float>() / real.std().item<float>();
        }
        return measures;
    }
}
