using Tango2.Checkpoints;
using Tango2.Mini.Foley;
using Tango2.Models;
using Tango2.Tensors;
using Tango2.Training;

namespace Tango2.Mini.Lab;

/// <summary>
/// Teaches the text encoder to read a scene off its caption. Tango takes FLAN-T5, which knows English, and leaves it as
/// it is; the mini encoder starts from nothing, and this stands in for that training. Like FLAN-T5 it reads of any
/// sounds together, also of those that the U-Net hears together in no training clip; never in the test's wordings.
/// </summary>
internal static class TextEncoderStage
{
    private const string Name = "text-encoder";
    private const int Batch = 64;
    private const float Away = -3;

    /// <summary>The stage.</summary>
    public static LabStage Stage { get; } =
        new LessonStage(Name, "text encoder: to read a caption's sounds and their order", Prepare, Test)
        {
            OnDevice = true,
            Needs = [LabProduct.Tokenizer],
            Makes = [LabProduct.Weights(Name), LabProduct.Probe],
            TestNeeds = [LabProduct.Tokenizer],
        };

    private static Lesson Prepare(LabOptions options)
    {
        var network = new Network(new T5EncoderModel(MiniScale.TextEncoder));
        Direct(network.Encoder);
        var tokenizer = MiniScale.Prompts(options.Models.Tokenizer());
        var training = new TrainingOptions
        {
            Steps = options.Scaled(3000),
            LearningRate = 1e-3,
            WarmupSteps = 100,
            EmaDecay = 0.99,
        };
        var plain = training.Steps * 2 / 5; // first plain lists of sounds: with sentences alone, order is long not found at all
        return new(network, training, Loss, network)
        {
            Saved = network.Encoder,
            After = () =>
            {
                StateDict.Save(ProbePath(options), network.Probe);
                return null;
            },
        };

        Objective Loss(int step)
        {
            var random = Seeds.Random(options.Seed, "text-encoder/captions", step);
            Scene[] scenes = [.. Enumerable.Range(0, Batch).Select(i =>
                FoleyWorld.Scene(options.Seed + 12, (long)step * Batch + i, step < plain ? SceneMix.Sequences : SceneMix.Default))];
            using var tokens = tokenizer.Batch([.. scenes.Select(s => step < plain
                ? Caption.Plain(s, random, FoleySplit.Train)
                : Caption.Variant(s, random.Next(8), FoleySplit.Train))]);
            var (ids, mask) = tokens.Longest(options.Device);
            var (loss, right) = network.Probe.Loss(network.Encoder.call(ids, mask), mask, scenes);
            return new(loss, new Dictionary<string, double> { ["places read"] = right });
        }
    }

    /// <summary>
    /// Lets every other head look back at first, and the rest ahead: an encoder that starts without directions knows sounds soon and
    /// order late.
    /// </summary>
    private static void Direct(T5EncoderModel encoder)
    {
        using var noGrad = no_grad();
        foreach (var (_, bias) in encoder.named_parameters().Where(p => p.name.EndsWith("relative_attention_bias.weight"))) // [buckets, heads]
        {
            var half = bias.shape[0] / 2; // the second half is of keys that come after the query
            for (var head = 0L; head < bias.shape[1]; head++)
                bias[head % 2 == 0 ? TensorIndex.Slice(half) : TensorIndex.Slice(0, half), head] = Away;
        }
    }

    // What the encoder was trained with is not shipped, but reading needs it.
    internal static string ProbePath(LabOptions options) => StageFolder.PathOf(options, Name, "probe.safetensors");

    private static Dictionary<string, double> Test(LabOptions options)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var encoder = options.Models.TextEncoder();
        var probe = new CaptionProbe((int)encoder.Config.DModel);
        StateDict.Load(probe, ProbePath(options));
        var tokenizer = MiniScale.Prompts(options.Models.Tokenizer());
        return new()
        {
            ["places read right"] = Read(FoleySplit.Validation),
            ["places read right, pairs kept for the test"] = Read(FoleySplit.Test),
        };

        double Read(FoleySplit pairs)
        {
            Scene[] scenes = [.. Enumerable.Range(0, options.Scaled(256, 8)).Select(i =>
                FoleyWorld.Scene(options.Seed + 2, i, SceneMix.Sequences, pairs))];
            using var tokens = tokenizer.Batch([.. scenes.Select(s => Caption.Variant(s, 0, FoleySplit.Validation))]);
            return probe.Loss(encoder.call(tokens.Ids, tokens.Mask), tokens.Mask, scenes).PlacesRight;
        }
    }

    private sealed class Network : nn.Module
    {
        private readonly T5EncoderModel _encoder;
        private readonly CaptionProbe _probe;

        public Network(T5EncoderModel encoder) : base(nameof(Network))
        {
            (_encoder, _probe) = (encoder, new CaptionProbe((int)encoder.Config.DModel));
            RegisterComponents();
        }

        public T5EncoderModel Encoder => _encoder;

        public CaptionProbe Probe => _probe;
    }
}
