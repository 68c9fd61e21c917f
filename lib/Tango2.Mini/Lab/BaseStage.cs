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
    private const int Batch = 32, Clips = 24_000, Wordings = 16;
    private const double PromptDropout = 0.1;

    // More of what is hard than the world has on average.
    private static readonly SceneMix Scenes = new(Single: 0.15, Pair: 0.35, While: 0.15, Background: 0.12, Longer: 0.23);

    /// <summary>The stage.</summary>
    public static LabStage Stage { get; } = new LessonStage(Name, "base Tango: U-Net", Prepare, Test)
    {
        OnDevice = true,
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
        FoleyClip[] clips = [.. FoleyWorld.Clips(options.Seed + 10, FoleySplit.Train, options.Scaled(Clips, Batch), Scenes)];
        var latents = Latents(options, clips).To(options.Device);
        var encoder = options.Models.TextEncoder();
        encoder.to(options.Device);
        var tokenizer = MiniScale.Prompts(options.Models.Tokenizer());
        var training = new TrainingOptions
        {
            Steps = options.Scaled(8000),
            LearningRate = 1e-3,
            WarmupSteps = 100,
            EmaDecay = 0.999,
        };
        return new(network, training, Loss, network, latents);

        Objective Loss(int step)
        {
            var rows = Corpus.Batch(options.Seed, Name, step, Batch, clips.Length);
            using var generator = Seeds.Generator(options.Seed, "unet-base/noise", step);
            var random = Seeds.Random(options.Seed, "unet-base/captions", step);
            var clean = latents.Rows(rows);
            var draw = NoiseDraw.For(clean, schedule, generator);
            var text = Text([.. rows.Select(r => Told(clips[r], random))]);
            return new(DenoisingLoss.Of(TextToAudio.DenoiserOf(network), schedule, clean, text, draw));
        }

        TextStates Text(string[] captions)
        {
            using var noGrad = no_grad();
            using var tokens = tokenizer.Batch(captions);
            var (ids, mask) = tokens.Longest(options.Device);
            return new(encoder.call(ids, mask), mask.to(@bool));
        }
    }

    // The same scene, right or wrong, in other words at each visit; or nothing, for guidance.
    private static string Told(FoleyClip clip, Random random) => random.NextDouble() < PromptDropout
        ? "" : clip.NoisyCaption(CaptionNoise.Scraped, variant: random.Next(Wordings));

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
