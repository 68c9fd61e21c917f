using Tango2.Mini.Foley;
using Tango2.Models;
using Tango2.Pipelines;
using Tango2.Tensors;
using Tango2.Training;

namespace Tango2.Mini.Lab;

/// <summary>
/// Trains a CLAP model: first each branch for itself, on reading the scene off a clip or a caption; then both together,
/// where every clip brings two captions that are nearly right, one with its events swapped.
/// </summary>
internal static class ClapStage
{
    private const int Batch = 48;

    /// <summary>The stage of one model: "a", "b" or "judge", each with its own clips, captions and start.</summary>
    public static LabStage Stage(string name) => new LessonStage(
        $"clap-{name}", name == "judge" ? "independent CLAP, only judges" : $"CLAP {name.ToUpperInvariant()} of the filter",
        options => Prepare(options, name), options => Test(options, name))
    {
        OnDevice = true,
        Needs = [LabProduct.ClapTokenizer, .. LabProduct.Revoicing],
        Makes = [LabProduct.Weights($"clap-{name}")],
        TestNeeds = [LabProduct.ClapTokenizer, .. LabProduct.Revoicing],
    };

    private static Lesson Prepare(LabOptions options, string name)
    {
        var stage = $"clap-{name}";
        var model = new ClapModel(MiniScale.Clap(name));
        Widen(model);
        var tokenizer = MiniScale.ClapPrompts(options.Models.ClapTokenizer());
        var clips = RevoicedCorpus.Clips(options, third: Array.IndexOf(MiniScale.ClapNames, name));
        var mel = ClapScorer.MelOf(model.Config.AudioCfg);
        var mels = RevoicedCorpus.Map(options, clips, waveforms => ClapScorer.Mel(mel, waveforms)).To(options.Device);
        var network = new Network(model);
        var training = new TrainingOptions
        {
            Steps = options.Scaled(3000),
            LearningRate = 1e-3,
            WarmupSteps = 60,
            EmaDecay = 0.99,
            WeightDecay = 0.01,
        };
        var alone = options.Scaled(1800);
        var plain = alone / 3;
        return new(network, training, Loss, network, mels) { Saved = model };

        Objective Loss(int step)
        {
            model.ClampLogitScales();
            var rows = Corpus.Batch(options.Seed, stage, step, Batch, clips.Length);
            var random = Seeds.Random(options.Seed, $"{stage}/captions", step);
            Scene[] heard = [.. rows.Select(r => clips[r].Scene)];
            Scene[] told = step < alone
                ? heard
                : [.. heard, .. heard.Select(s => Wrong(s, random)), .. heard.Select(s => s.WithEventReplaced(random))];
            using var tokens = tokenizer.Batch([.. told.Select(s => step < plain
                ? Caption.Plain(s, random, FoleySplit.Train)
                : Caption.Variant(s, random.Next(8), FoleySplit.Train))]);
            var features = model.FeatureMap(mels.Rows(rows));
            var audio = model.AudioEmbeddingOf(features);
            var (ids, mask) = tokens.To(options.Device);
            var states = model.TokenStates(ids, mask);
            var text = model.TextEmbeddingOf(states);
            var (heardLoss, toldLoss) = (network.Probe.Loss(audio, heard), network.Probe.Loss(text, told));
            var frames = network.Probe.FrameLoss(features, heard);
            var (words, _) = network.CaptionProbe.Loss(states, mask, told);
            var loss = heardLoss + 4 * frames + toldLoss + words;
            var measures = new Dictionary<string, double>
            {
                ["heard"] = heardLoss.item<float>(),
                ["frames"] = frames.item<float>(),
                ["told"] = toldLoss.item<float>(),
                ["words"] = words.item<float>(),
            };
            if (step < alone) return new(loss, measures);
            var contrast = ContrastiveLoss.Value(audio, text, model.LogitScaleA);
            measures["contrast"] = contrast.item<float>();
            return new(contrast + 0.5 * loss, measures);
        }
    }

    /// <summary>
    /// Draws the linear layers by Glorot's rule and the positions of patches and words larger: the reference's
    /// deviation of 0.02 is meant for wide layers and long training. Here it leaves the words no way to the pooled
    /// token, and hides when a sound comes.
    /// </summary>
    private static void Widen(ClapModel model)
    {
        using var noGrad = no_grad();
        foreach (var linear in model.modules().OfType<TorchSharp.Modules.Linear>()) nn.init.xavier_uniform_(linear.weight);
        foreach (var (_, positions) in model.named_parameters().Where(p =>
            p.name.EndsWith("absolute_pos_embed") || p.name.EndsWith("position_embeddings.weight")))
            nn.init.normal_(positions, 0, 0.1);
    }

    /// <summary>A wrong account: the events in another order, or another event where there is but one.</summary>
    private static Scene Wrong(Scene scene, Random random) =>
        scene.Events.Count > 1 ? scene.WithOrderSwapped(random) : scene.WithEventReplaced(random);

    private static Dictionary<string, double> Test(LabOptions options, string name)
    {
        FoleyClip[] Sequences(FoleySplit split) =>
            [.. FoleyWorld.Clips(options.Seed + 1, split, options.Scaled(256, 8), SceneMix.Sequences)];

        using var scope = NewDisposeScope();
        var scorer = options.Models.Clap(name);
        FoleyClip[] clips = [.. FoleyWorld.Clips(options.Seed, FoleySplit.Test, options.Scaled(256, 8))];
        var audio = scorer.Audio(FoleyWorld.Waveforms(clips));
        var text = scorer.Text([.. clips.Select(c => c.Caption)]);
        var first = audio.matmul(text.t()).argmax(1);
        var (seen, sequences) = (Sequences(FoleySplit.Validation), Sequences(FoleySplit.Test));
        var revoiced = new Revoicer(options.Models).All(FoleyWorld.Waveforms(sequences));
        var revoicedSeen = new Revoicer(options.Models).All(FoleyWorld.Waveforms(seen));
        return new()
        {
            ["matched cosine"] = (audio * text).sum(-1).mean().item<float>(),
            ["retrieval R@1 of 256"] = (first == arange(clips.Length)).to(float32).mean().item<float>(),
            ["true caption above swapped order"] = Swaps(scorer, FoleyWorld.Waveforms(seen), seen),
            ["true caption above swapped order, revoiced"] = Swaps(scorer, revoicedSeen, seen),
            ["true caption above swapped order, pairs kept for the test"] =
                Swaps(scorer, FoleyWorld.Waveforms(sequences), sequences),
            ["true caption above swapped order, pairs kept for the test, revoiced"] = Swaps(scorer, revoiced, sequences),
        };
    }

    private static double Swaps(ClapScorer scorer, Tensor waveforms, FoleyClip[] clips)
    {
        var random = Seeds.Random(1, "swaps");
        var right = scorer.Score(waveforms, [.. clips.Select(c => c.Caption)]);
        var wrong = scorer.Score(
            waveforms, [.. clips.Select(c => Caption.SwappedOrder(c.Scene, random, c.Split))]);
        return right.Zip(wrong).Count(pair => pair.First > pair.Second) / (double)clips.Length;
    }

    private sealed class Network : nn.Module
    {
        private readonly ClapModel _clap;
        private readonly SceneProbe _probe;
        private readonly CaptionProbe _captionProbe;

        public Network(ClapModel clap) : base(nameof(Network))
        {
            (_clap, _probe) = (clap, new(clap.Config.JointEmbedShape, clap.Config.Htsat.NumFeatures));
            _captionProbe = new(clap.Config.Roberta.HiddenSize);
            RegisterComponents();
        }

        public SceneProbe Probe => _probe;

        public CaptionProbe CaptionProbe => _captionProbe;
    }
}
