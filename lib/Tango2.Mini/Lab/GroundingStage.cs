using Tango2.Audio;
using Tango2.Mini.Foley;
using Tango2.Models;
using Tango2.Tensors;
using Tango2.Training;

namespace Tango2.Mini.Lab;

/// <summary>Trains the text-conditioned grounding model of STEAM on exact event times, and the event detector.</summary>
internal static class GroundingStage
{
    private const int Batch = 32, Asks = 4;

    /// <summary>The grounding model: is the queried sound there, frame by frame?</summary>
    public static LabStage Grounding { get; } =
        new LessonStage("grounding", "text-conditioned event grounding (STEAM)", PrepareGrounding, TestGrounding)
        {
            OnDevice = true,
            Needs = [LabProduct.Words, .. LabProduct.Revoicing],
            Makes = [LabProduct.Weights("grounding")],
            TestNeeds = [LabProduct.Words],
        };

    /// <summary>The detector: which of the world's sounds are there, frame by frame?</summary>
    public static LabStage Detector { get; } =
        new LessonStage("detector", "event detector, the truth-based arbiter", PrepareDetector, TestDetector)
        {
            OnDevice = true,
            Needs = LabProduct.Revoicing,
            Makes = [LabProduct.Weights("detector")],
            TestNeeds = LabProduct.Revoicing,
        };

    private static Lesson PrepareGrounding(LabOptions options)
    {
        var network = new GroundingModel(MiniScale.Grounding);
        var words = options.Models.Words();
        var clips = RevoicedCorpus.Clips(options);
        var mels = RevoicedCorpus.Map(options, clips, new Cnn14Mel(MiniScale.ListenerMel).Transform).To(options.Device);
        var labels = Labels(clips).To(options.Device);
        return new(network, Settings(options), Loss, network, mels, labels);

        Objective Loss(int step)
        {
            var rows = Corpus.Batch(options.Seed, "grounding", step, Batch, clips.Length);
            var random = Seeds.Random(options.Seed, "grounding/query", step);
            SoundEvent[] sounds = [.. rows.SelectMany(r => Enumerable.Range(0, Asks).Select(_ => Asked(clips[r].Scene, random)))];
            using var query = words.Batch([.. sounds.Select(s => s.Queries[random.Next(s.Queries.Count)])]);
            var probability = network.Ask(mels.Rows(rows), query.Ids.to(options.Device), query.Mask.to(options.Device));            // [B, Q, T]
            var index = tensor(Array.ConvertAll(sounds, s => (long)s.Index), device: options.Device).reshape(Batch, 1, Asks);
            var truth = labels.Rows(rows).gather(2, index.expand(-1, probability.shape[2], -1)).transpose(1, 2);
            return new(nn.functional.binary_cross_entropy(probability, truth));
        }
    }

    private static Lesson PrepareDetector(LabOptions options)
    {
        var network = MiniModels.NewDetector();
        var clips = RevoicedCorpus.Clips(options);
        var mels = RevoicedCorpus.Map(options, clips, new Cnn14Mel(MiniScale.ListenerMel).Transform).To(options.Device);
        var labels = Labels(clips).To(options.Device);
        return new(network, Settings(options), Loss, network, mels, labels);

        Objective Loss(int step)
        {
            var rows = Corpus.Batch(options.Seed, "detector", step, Batch, clips.Length);
            var logits = network.call(mels.Rows(rows)); // [B, T, K]
            return new(nn.functional.binary_cross_entropy_with_logits(logits, labels.Rows(rows)));
        }
    }

    private static TrainingOptions Settings(LabOptions options) => new()
    {
        Steps = options.Scaled(1400),
        LearningRate = 3e-3,
        WarmupSteps = 20,
        EmaDecay = 0.99,
    };

    private static SoundEvent Asked(Scene scene, Random random) => random.Next(2) == 0
        ? scene.Events[random.Next(scene.Events.Count)].Event
        : SoundEvents.All[random.Next(SoundEvents.All.Count)];

    /// <summary>The exact frame labels of clips at 40 ms, [B, T, K].</summary>
    private static Tensor Labels(IReadOnlyList<FoleyClip> clips)
    {
        using var scope = NewDisposeScope();
        return stack([.. clips.Select(clip => tensor(EventLabels.Frames(clip.Scene)))]).MoveToOuterDisposeScope();
    }

    private static Dictionary<string, double> TestGrounding(LabOptions options)
    {
        var grounder = options.Models.Grounder();
        return Accuracy(options, (waveforms, scenes) => grounder.Regions(
            waveforms, [.. scenes.Select(s => s.Events.Select(e => e.Event.Queries[0]).ToArray())]));
    }

    private static Dictionary<string, double> TestDetector(LabOptions options)
    {
        var detector = options.Models.Detector();
        var revoicer = new Revoicer(options.Models);
        var measures = Accuracy(options, (waveforms, scenes) => Heard(waveforms, scenes));
        foreach (var (name, value) in Accuracy(options, (waveforms, scenes) => Heard(revoicer.All(waveforms), scenes)))
            measures[$"{name}, through autoencoder and vocoder"] = value;
        FoleyClip[] clips = [.. FoleyWorld.Clips(options.Seed, FoleySplit.Test, options.Scaled(400))];
        using var waveforms = FoleyWorld.Waveforms(clips);
        var found = detector.Regions(waveforms);
        measures["events exactly right (share of clips)"] = clips.Select((clip, i) => clip.Scene.Events
            .Select(e => e.Event.Index).ToHashSet().SetEquals(
                Enumerable.Range(0, SoundEvents.All.Count).Where(k => found[i][k].Count > 0)) ? 1.0 : 0.0).Average();
        return measures;

        IReadOnlyList<IReadOnlyList<Metrics.EventRegion>>[] Heard(Tensor sound, IReadOnlyList<Scene> scenes)
        {
            var regions = detector.Regions(sound);
            return [.. scenes.Select((s, i) => s.Events.Select(e => regions[i][e.Event.Index]).ToArray())];
        }
    }

    private static Dictionary<string, double> Accuracy(
        LabOptions options,
        Func<Tensor, IReadOnlyList<Scene>, IReadOnlyList<IReadOnlyList<Metrics.EventRegion>>[]> regions)
    {
        FoleyClip[] clips =
            [.. FoleyWorld.Clips(options.Seed + 1, FoleySplit.Test, options.Scaled(400), SceneMix.Sequences)];
        using var waveforms = FoleyWorld.Waveforms(clips);
        var found = regions(waveforms, [.. clips.Select(clip => clip.Scene)]);
        var errors = new List<double>();
        int asked = 0, ordered = 0;
        foreach (var (clip, events) in clips.Zip(found))
        {
            var onsets = events.Select(e => e.Count > 0 ? e[0].Onset : double.NaN).ToArray();
            asked += onsets.Length;
            errors.AddRange(onsets.Zip(clip.Scene.Events, (a, b) => Math.Abs(a - b.Onset)).Where(double.IsFinite));
            if (onsets.SequenceEqual(onsets.Order()) && onsets.All(double.IsFinite)) ordered++;
        }
        return new()
        {
            ["median onset error (ms)"] = errors.Count == 0 ? double.NaN : 1000 * errors.Order().ElementAt(errors.Count / 2),
            ["events found (share)"] = (double)errors.Count / asked,
            ["sequences in the right order (share)"] = (double)ordered / clips.Length,
        };
    }
}
