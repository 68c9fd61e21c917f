using Tango2.Audio;
using Tango2.Mini.Foley;
using Tango2.Models;
using Tango2.Pipelines;
using Tango2.Tensors;
using Tango2.Training;

namespace Tango2.Mini.Lab;

/// <summary>Trains the tagger: which of the world's sounds are in a clip?</summary>
internal static class TaggerStage
{
    private const string Name = "tagger";
    private const int Batch = 32;

    /// <summary>The stage.</summary>
    public static LabStage Stage { get; } = new LessonStage(Name, "tagger for FAD, KL and IS", Prepare, Test)
    {
        OnDevice = true,
        Needs = LabProduct.Revoicing,
        Makes = [LabProduct.Weights(Name)],
    };

    private static Lesson Prepare(LabOptions options)
    {
        var network = new Cnn14Model(MiniScale.Tagger);
        var clips = RevoicedCorpus.Clips(options);
        var mel = new Cnn14Mel(MiniScale.ListenerMel);
        var mels = RevoicedCorpus.Map(options, clips, waveforms => Tagger.Mel(mel, waveforms)).To(options.Device);
        var labels = Labels(clips).To(options.Device);
        var training = new TrainingOptions
        {
            Steps = options.Scaled(400),
            LearningRate = 2e-3,
            WarmupSteps = 20,
            EmaDecay = 0.99,
        };
        return new(network, training, Loss, network, mels, labels);

        Objective Loss(int step)
        {
            var rows = Corpus.Batch(options.Seed, Name, step, Batch, clips.Length);
            return new(nn.functional.binary_cross_entropy_with_logits(
                network.call(mels.Rows(rows)).Logits, labels.Rows(rows)));
        }
    }

    private static Tensor Labels(IReadOnlyList<FoleyClip> clips) =>
        stack([.. clips.Select(clip => tensor(EventLabels.Clip(clip.Scene)))]);

    private static Dictionary<string, double> Test(LabOptions options)
    {
        using var scope = NewDisposeScope();
        FoleyClip[] clips = [.. FoleyWorld.Clips(options.Seed, FoleySplit.Test, options.Scaled(400, 8))];
        var (_, logits) = options.Models.Tagger().Features(FoleyWorld.Waveforms(clips));
        var right = (logits > 0).eq(Labels(clips) > 0.5);
        return new()
        {
            ["labels right (share)"] = right.to(float32).mean().item<float>(),
            ["clips with all labels right (share)"] = right.all(1).to(float32).mean().item<float>(),
        };
    }
}
