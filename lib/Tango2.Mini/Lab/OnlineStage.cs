using Tango2.Alignment;
using Tango2.Checkpoints;
using Tango2.Files;
using Tango2.Preferences;
using Tango2.Tensors;
using Tango2.Training;

namespace Tango2.Mini.Lab;

/// <summary>
/// The recipe in rounds, as CRPO has it: each round's pairs are of clips by the model that the round before left, which also is the
/// round's reference. Three rounds of a third of the recipe's prompts each: together as many clips as the recipe's, and about three
/// times its updates.
/// </summary>
internal static class OnlineStage
{
    private const string Name = "unet-online", Weights = "policy.safetensors";
    private const int PartsOfRound = 1000;

    /// <summary>Rounds.</summary>
    public const int Rounds = 3;

    /// <summary>The settings of each round.</summary>
    public static PreferenceOptions Settings { get; } = MiniScale.GuidedAlignment with
    {
        DpoEpochs = Rounds * MiniScale.GuidedAlignment.DpoEpochs,
    };

    /// <summary>The pairs of all rounds, which lie in the work folder and are not shipped.</summary>
    public static LabProduct Product { get; } = new(
        "the rounds' pairs", Name, options => Enumerable.Range(0, Rounds).Select(round => Pairs(options, round).ScoresPath));

    /// <summary>The stage.</summary>
    public static LabStage Stage { get; } = new WorkStage(
        Name, "the recipe in three rounds, each with clips of the model that the last one left", Work, options => AlignStage.Test(options, Name))
    {
        Optional = true,
        Needs = [.. LabProduct.Generating, .. LabProduct.Filtering],
        Makes = [LabProduct.Weights(Name), Product],
        TestNeeds = [.. LabProduct.Generating, .. LabProduct.Evaluating],
    };

    /// <summary>The pairs of all rounds.</summary>
    /// <exception cref="InvalidDataException">They belong to another run; the message tells what differs.</exception>
    public static IEnumerable<PreferencePair> Candidates(LabOptions options)
    {
        StageFolder.Check(options, Stage);
        return Enumerable.Range(0, Rounds).SelectMany(round => Pairs(options, round).Candidates());
    }

    private static string FolderOf(LabOptions options, int round) => StageFolder.PathOf(options, Name, $"round-{round + 1}");

    /// <summary>The pairs of a round, counted from 0.</summary>
    internal static OneNoisePairs Pairs(LabOptions options, int round)
    {
        var each = options.Scaled(OneNoiseStage.Prompts, 8) / Rounds;
        return new(options, FolderOf(options, round), round * each, each);
    }

    private static IEnumerable<Progress> Work(LabOptions options)
    {
        var current = "base";
        for (var round = 0; round < Rounds; round++)
        {
            string In(string file) => Path.Combine(FolderOf(options, round), file);
            Progress Part(double share) => new((int)(PartsOfRound * (round + share)), PartsOfRound * Rounds);
            if (!File.Exists(In(Weights)))
            {
                var models = options.ModelsOnDevice;
                var tango = models.TextToAudio(current);
                var pairs = Pairs(options, round);
                foreach (var (done, of) in pairs.Make(tango)) yield return Part(0.5 * done / of);
                using var policy = models.UNet(current);
                var settings = Settings with { Seed = Seeds.Derive(options.Seed, Name, round) };
                var kept = MiniScale.GuidedFilter.Keep(pairs.Candidates());
                if (!options.Rehearses(kept))
                {
                    using var clips = pairs.Clips();
                    using var data = PreferenceSet.From(kept, clips, tango);
                    foreach (var report in PreferenceTraining.Run(tango, policy, data, settings, In(LabOptions.StateFile)))
                        yield return Part(0.5 + (0.5 * report.Step / settings.Steps(data.Count)));
                }
                StateDict.Save(In(Weights), policy, half: true);
                File.Delete(In(LabOptions.StateFile));
            }
            current = In(Weights);
            yield return Part(1);
        }
        AtomicFile.Write(options.Models.PathOf($"{Name}.safetensors"), stream => stream.Write(File.ReadAllBytes(current)));
    }
}
