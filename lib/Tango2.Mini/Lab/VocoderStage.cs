using Tango2.Audio;
using Tango2.Mini.Foley;
using Tango2.Models;
using Tango2.Tensors;
using Tango2.Training;

namespace Tango2.Mini.Lab;

/// <summary>
/// Trains the vocoder: first to imitate a bank of tones sample by sample, then on spectra, as real clips sound.
/// </summary>
/// <remarks>
/// HiFi-GAN learns against discriminators, which two cores cannot afford. The spectral losses look through short windows
/// only, so that a tone a few hertz beside the right one counts as right, and hardly at logarithms, to which silence is
/// everything.
/// </remarks>
internal static class VocoderStage
{
    private const string Name = "vocoder";
    private const int Batch = 4, Frames = 32;
    private const double SilentMagnitude = 0.03, SilentMel = 0.0025; // −60 dB below a loud sound
    private static readonly int Hop = MiniScale.Mel.HopLength;
    private static readonly StftResolution[] Windows = [new(512, 128, 512), new(256, 64, 256), new(128, 32, 128), new(64, 16, 64)];

    /// <summary>The stage.</summary>
    public static LabStage Stage { get; } = new LessonStage(Name, "HiFi-GAN vocoder", Prepare, Test)
    {
        Needs = [LabProduct.Weights("vae")],
        Makes = [LabProduct.Weights(Name)],
    };

    private static Lesson Prepare(LabOptions options)
    {
        var generator = new HiFiGanGenerator(MiniScale.Vocoder);
        FoleyClip[] clips = [.. FoleyWorld.Clips(options.Seed + 50, FoleySplit.Train, options.Scaled(2000, Batch))];
        var waveforms = FoleyWorld.Waveforms(clips);
        var peaks = waveforms.reshape(clips.Length, -1, Hop).abs().amax(2);                             // [n, T]
        var clean = Corpus.Map(clips, VaeStage.Mel);
        var blurred = Blurred(options, clips);
        var mel = new TacotronMel(MiniScale.Mel);
        var bank = new ToneBank(MiniScale.Mel);
        var training = new TrainingOptions
        {
            Steps = options.Scaled(4500),
            LearningRate = 3e-3,
            WarmupSteps = 20,
            EmaDecay = 0.99,
            WeightDecay = 0,
            Betas = (0.8, 0.99),
        };
        var imitation = options.Scaled(3000);
        return new(generator, training, Loss, generator, waveforms, peaks, clean, blurred)
        {
            After = () =>
            {
                generator.RemoveWeightNorm();
                return null;
            },
        };

        Objective Loss(int step)
        {
            var rows = Corpus.Batch(options.Seed, Name, step, Batch, clips.Length);
            var random = Seeds.Random(options.Seed, "vocoder/segments", step);
            var (inputs, targets) = (new List<Tensor>(), new List<Tensor>());
            foreach (var row in rows)
            {
                var first = Segment(peaks[row], random);
                var source = random.Next(2) == 0 ? clean : blurred;
                inputs.Add(source[row].narrow(1, first, Frames));
                targets.Add(waveforms[row].narrow(0, first * Hop, Frames * Hop));
            }
            var input = stack(inputs);                                    // [B, 1, T, F]
            var made = generator.Vocode(input);                           // [B, N]
            return step < imitation ? Imitation(made, bank.Play(input)) : Spectral(made, stack(targets));
        }

        Objective Spectral(Tensor made, Tensor target)
        {
            var spectra = SpectralLoss.Terms(made, target, Windows, SilentMagnitude);
            var (madeMel, targetMel) = (mel.Transform(made).exp() + SilentMel, mel.Transform(target).exp() + SilentMel);
            var convergence = ((madeMel - targetMel).square().sum([1, 2, 3]) / targetMel.square().sum([1, 2, 3])).sqrt().mean();
            var l1 = (madeMel.log() - targetMel.log()).abs().mean();
            return new(
                spectra.Convergence + 0.5 * convergence + 0.1 * (spectra.LogMagnitude + l1),
                new Dictionary<string, double> { ["mel l1"] = l1.item<float>() });
        }
    }

    /// <summary>
    /// The squared error relative to the target's, both with their high frequencies raised: tones of 5 kHz are as many
    /// as low ones, but weaker.
    /// </summary>
    private static Objective Imitation(Tensor made, Tensor target)
    {
        static Tensor Raised(Tensor x) => x.narrow(1, 1, x.shape[1] - 1) - 0.9 * x.narrow(1, 0, x.shape[1] - 1);
        var wanted = Raised(target);
        var error = Raised(made) - wanted;
        return new((error.square().mean([1]) / (wanted.square().mean([1]) + 1e-4)).mean());
    }

    /// <summary>Where a segment starts that is not silent, if four draws find one.</summary>
    private static int Segment(Tensor peaks, Random random)
    {
        var first = 0;
        for (var i = 0; i < 4; i++)
        {
            first = random.Next(MiniScale.Mel.ClipFrames - Frames);
            if (peaks.narrow(0, first, Frames).max().item<float>() > 0.02) break;
        }
        return first;
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
            var real = FoleyWorld.Waveforms([.. sound]);
            measures[$"loudness kept, {sound.Key} (share of RMS)"] =
                vocoder.Vocode(VaeStage.Mel(real)).std().item<float>() / real.std().item<float>();
        }
        return measures;
    }
}
