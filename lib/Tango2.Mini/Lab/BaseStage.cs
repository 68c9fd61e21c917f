using Tango2.Diffusion;
using Tango2.Mini.Foley;
using Tango2.Mini.Truth;
using Tango2.Pipelines;
using Tango2.Tensors;
using Tango2.Training;

namespace Tango2.Mini.Lab;

/// <summary>
/// Trains the base Tango's U-Net, on captions that are wrong as often as scraped ones. The text encoder is frozen, as
/// Tango's is: trained along, it unlearns order, which the diffusion loss hardly rewards at first.
/// </summary>
internal static class BaseStage
{
    private const string Name = "unet-base";
    private const int Batch = 32;
    private const double PromptDropout = 0.1;

    /// <summary>The stage.</summary>
    public static LabStage Stage { get; } = new LessonStage(Name, "base Tango: U-Net", Prepare, Test)
    {
        Needs = [LabProduct.Tokenizer, LabProduct.Weights("text-encoder"), LabProduct.Weights("vae")],
        Makes = [LabProduct.Weights(Name)],
        TestNeeds =
        [
            LabProduct.Tokenizer, LabProduct.Weights("text-encoder"), .. LabProduct.Revoicing, LabProduct.Weights("detector"),
        ],
    };

    private static Lesson Prepare(LabOptions options)
    {
        var network = MiniModels.NewUNet();
        var schedule = MiniScale.Schedule;
        FoleyClip[] clips = [.. FoleyWorld.Clips(options.Seed + 10, FoleySplit.Train, options.Scaled(12_000, Batch))];
        var latents = Latents(options, clips);
        var text = TextStates(options, [.. clips.Select(c => c.NoisyCaption(CaptionNoise.Scraped)), ""]);
        var training = new TrainingOptions
        {
            Steps = options.Scaled(2000),
            LearningRate = 1e-3,
            WarmupSteps = 50,
            EmaDecay = 0.997,
        };
        return new(network, training, Loss, network, latents);

        Objective Loss(int step)
        {
            var rows = Corpus.Batch(options.Seed, Name, step, Batch, clips.Length);
            using var generator = Seeds.Generator(options.Seed, "unet-base/noise", step);
            var random = Seeds.Random(options.Seed, "unet-base/dropout", step);
            var clean = latents.Rows(rows);
            var draw = NoiseDraw.For(clean, schedule, generator);
            var prompts = Array.ConvertAll(rows, r => random.NextDouble() < PromptDropout ? clips.Length : r);
            var mask = text.EncoderAttentionMask.Rows(prompts);
            var length = (int)mask.sum(-1).max().item<long>();
            mask = mask.narrow(1, 0, length);
            var states = text.EncoderHiddenStates.Rows(prompts).narrow(1, 0, length);
            return new(DenoisingLoss.Of(TextToAudio.DenoiserOf(network), schedule, clean, new(states, mask), draw));
        }
    }

    /// <summary>The frozen text encoder's states of captions, computed once.</summary>
    private static TextStates TextStates(LabOptions options, string[] captions)
    {
        using var noGrad = no_grad();
        using var encoder = options.Models.TextEncoder();
        using var tokens = MiniScale.Prompts(options.Models.Tokenizer()).Batch(captions);
        var parts = Enumerable.Range(0, captions.Length).Chunk(256)
            .Select(rows => encoder.call(tokens.Ids.Rows(rows), tokens.Mask.Rows(rows)));
        return new(cat([.. parts]), tokens.Mask.to(@bool));
    }

    /// <summary>Latents [B, C, T, F] of clips, computed once.</summary>
    private static Tensor Latents(LabOptions options, FoleyClip[] clips)
    {
        using var vae = options.Models.Vae();
        using var generator = Seeds.Generator(options.Seed, "unet-base/latents");
        return Corpus.Map(clips, w => vae.EncodeToLatents(VaeStage.Mel(w), generator));
    }

    private static Dictionary<string, double> Test(LabOptions options)
    {
        using var scope = NewDisposeScope();
        var pipeline = options.Models.TextToAudio();
        FoleyClip[] clips = [.. FoleyWorld.Clips(options.Seed + 2, FoleySplit.Validation, options.Scaled(192, 8))];
        var sound = pipeline.Generate(
            [.. clips.Select(c => c.Caption)], [.. clips.Select((_, i) => Seeds.Derive(options.Seed, "base/test", i))]);
        return PromptFidelity.Measure(options.Models.Detector(), sound, [.. clips.Select(c => c.Scene)]);
    }
}
