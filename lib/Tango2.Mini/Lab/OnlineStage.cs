using Tango2.Alignment;
using Tango2.Checkpoints;
using Tango2.Files;
using Tango2.Tensors;
using Tango2.Training;

namespace Tango2.Mini.Lab;

/// <summary>
/// The recipe in rounds, as CRPO has it: each round's pairs are of clips by the model that the round before left, which also is the
/// round's reference. All rounds together have the prompts and the updates of the recipe, so both cost the same.
/// </summary>
internal static class OnlineStage
{
    private const string Name = "unet-online", Weights = "policy.safetensors";
    private const int Rounds = 3, PartsOfRound = 1000;

    /// <summary>The stage.</summary>
    public static LabStage Stage { get; } = new WorkStage(
        Name, "the recipe in three rounds, each with clips of its own", Work, options => AlignStage.Test(options, Name))
    {
        Optional = true,
        Needs = [.. LabProduct.Generating, .. LabProduct.Filtering],
        Makes = [LabProduct.Weights(Name)],
        TestNeeds = [.. LabProduct.Generating, .. LabProduct.Evaluating],
    };

    private static IEnumerable<Progress> Work(LabOptions options)
    {
        var each = options.Scaled(OneNoiseStage.Prompts, 8) / Rounds;
        var current = "base";
        for (var round = 0; round < Rounds; round++)
        {
            string In(string file) => StageFolder.PathOf(options, Name, $"round-{round + 1}", file);
            Progress Part(double share) => new((int)(PartsOfRound * (round + share)), PartsOfRound * Rounds);
            if (!File.Exists(In(Weights)))
            {
                var tango = options.Models.TextToAudio(current);
                var pairs = new OneNoisePairs(options, In(""), round * each, each);
                foreach (var (done, of) in pairs.Make(tango)) yield return Part(0.5 * done / of);
                using var data = pairs.Kept(tango);
                using var policy = options.Models.UNet(current);
                var settings = MiniScale.GuidedAlignment with { Seed = Seeds.Derive(options.Seed, Name, round) };
                foreach (var report in PreferenceTraining.Run(tango, policy, data, settings, In(LabOptions.StateFile)))
                    yield return Part(0.5 + (0.5 * report.Step / settings.Steps(data.Count)));
                StateDict.Save(In(Weights), policy, half: true);
                File.Delete(In(LabOptions.StateFile));
            }
            current = In(Weights);
            yield return Part(1);
        }
        AtomicFile.Write(options.Models.PathOf($"{Name}.safetensors"), stream => stream.Write(File.ReadAllBytes(current)));
    }
}
