using Tango2.Checkpoints;
using Tango2.Foley;
using Tango2.Models;
using Tango2.Pipelines;
using Tango2.Tensors;
using Tango2.Text;
using Tango2.Training;

namespace Tango2.Lab;

/// <summary>
/// Teaches the text encoder to read a scene off its caption. Tango takes FLAN-T5, which knows English, and leaves it as
/// it is; the mini encoder starts from nothing, and this stands in for that training.
/// </summary>
public static class TextEncoderStage
{
    private const string Name = "text-encoder";
    private const int Batch = 64;

    /// <summary>The stage.</summary>
    public static LabStage Stage { get; } = new(Name, "text encoder: to read a caption's sounds and their order", Train, Test);

    private static IEnumerable<StepReport> Train(LabOptions options)
    {
        manual_seed(Seeds.Derive(options.Seed, Name));
        using var network = new Network(options.Models.NewTextEncoder());
        var tokenizer = options.Models.Tokenizer();
        var training = new TrainingOptions
        {
            Steps = options.Scaled(2500),
            LearningRate = 3e-3,
            WarmupSteps = 100,
            EmaDecay = 0.99,
        };
        foreach (var report in Trainer.Run(network, training, Loss, options.StatePath(Name))) yield return report;
        StateDict.Save(options.Models.PathOf("text-encoder.safetensors"), network.Encoder, half: true);

        Objective Loss(int step)
        {
            var random = Seeds.Random(options.Seed, "text-encoder/captions", step);
            Scene[] scenes = [.. Enumerable.Range(0, Batch).Select(i =>
                FoleyWorld.Scene(options.Seed + 12, (long)step * Batch + i, SceneMix.Default, FoleySplit.Train))];
            using var tokens = TextToAudio.Tokens(
                tokenizer, [.. scenes.Select(s => Caption.Variant(s, random.Next(8), FoleySplit.Train))]);
            return new(network.Probe.Loss(network.Read(tokens), scenes));
        }
    }

    private static Dictionary<string, double> Test(LabOptions options)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var network = new Network(options.Models.TextEncoder());
        FoleyClip[] clips =
            [.. FoleyWorld.Clips(options.Seed + 2, FoleySplit.Validation, options.Scaled(256, 8), SceneMix.Sequences)];
        var tokenizer = options.Models.Tokenizer();
        var random = Seeds.Random(1, "text-encoder/test");
        var told = network.Read(TextToAudio.Tokens(tokenizer, [.. clips.Select(c => c.Caption)]));
        var swapped = network.Read(TextToAudio.Tokens(
            tokenizer, [.. clips.Select(c => Caption.SwappedOrder(c.Scene, random, c.Split))]));
        return new() { ["cosine of a caption and the same with its order swapped"] = (told * swapped).sum(-1).mean().item<float>() };
    }

    private sealed class Network : nn.Module
    {
        private readonly T5EncoderModel _encoder;
        private readonly SceneProbe _probe;

        public Network(T5EncoderModel encoder) : base(nameof(Network))
        {
            (_encoder, _probe) = (encoder, new SceneProbe((int)encoder.Config.DModel));
            RegisterComponents();
        }

        public T5EncoderModel Encoder => _encoder;

        public SceneProbe Probe => _probe;

        /// <summary>Unit vectors [B, D]: the mean of the tokens' states.</summary>
        public Tensor Read(TokenBatch tokens)
        {
            var weight = tokens.Mask.to(float32).unsqueeze(-1);
            var mean = (_encoder.call(tokens.Ids, tokens.Mask) * weight).sum(1) / weight.sum(1);
            return nn.functional.normalize(mean);
        }
    }
}
