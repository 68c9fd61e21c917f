using Tango2.Alignment;
using Tango2.Mini.Foley;
using Tango2.Preferences;
using Tango2.Training;

namespace Tango2.Mini.Lab;

/// <summary>The recipe for a gain at the paper's guidance, and what becomes of it with one thing changed.</summary>
internal static class MiniRecipes
{
    private static readonly PreferenceOptions Recipe = MiniScale.GuidedAlignment;
    private static readonly GuidedDpo Guided = (GuidedDpo)Recipe.Objective;

    /// <summary>All rows; those of other pairs make about as many updates as the recipe.</summary>
    public static IReadOnlyList<AblationTraining> All(LabOptions options)
    {
        var scenes = OneNoiseStage.Scenes(options).DistinctBy(clip => clip.Caption).ToDictionary(clip => clip.Caption, clip => clip.Scene);
        var first = scenes.Keys.Take(scenes.Count / 2).ToHashSet();
        var (filter, oneNoise, paper) = (MiniScale.GuidedFilter, PairSource.OneNoise(options), PairSource.Paper(options));
        var steps = Recipe.Steps(filter.Keep(oneNoise.Candidates).Count);
        const string longer = "three times the updates";
        return
        [
            With("the recipe", Recipe),
            With("the paper's objective", Recipe with { Objective = new PaperDpo() }),
            With("without the penalty", Recipe with { Objective = Guided with { Anchor = 0 } }),
            With("winner-anchored", Recipe with { Objective = new WinnerAnchoredDpo() }),
            With("IPO", Recipe with { Objective = new Ipo() }),
            With("forward process", Recipe with { Objective = new ForwardProcess() }),
            Of("pairs of the paper's strategies", paper, MiniScale.Filter.Keep),
            Of("best of the samples against the worst", paper, Furthest),
            OnWinners(Of("SFT on the best of the samples", paper, Furthest)),
            With("all timesteps", Recipe with { FirstTimestep = 0 }),
            Of("a third of the difference", oneNoise, filter.WithDifference(1 / 3.0).Keep),
            Of("complex prompts", oneNoise, all => filter.Keep(all.Where(pair => IsComplex(scenes[pair.Prompt])))),
            Of("half of the prompts", oneNoise, all => filter.Keep(all.Where(pair => first.Contains(pair.Prompt)))),
            With(longer, OnlineStage.Settings),
            new(new("three rounds, " + longer, filter.Keep, OnlineStage.Settings), PairSource.Online(options), "online", Beside: longer),
        ];

        AblationTraining With(string name, PreferenceOptions settings) => new(new(name, filter.Keep, settings), oneNoise);

        AblationTraining Of(string name, PairSource source, Func<IReadOnlyList<PreferencePair>, IReadOnlyList<PreferencePair>> keep)
        {
            var epochs = Math.Round(steps / (double)Recipe.StepsPerEpoch(keep(source.Candidates).Count));
            return new(new(name, keep, Recipe with { DpoEpochs = Math.Max(1, (int)epochs) }), source);
        }
    }

    private static IReadOnlyList<PreferencePair> Furthest(IReadOnlyList<PreferencePair> all) =>
    [
        .. MiniScale.Filter.Keep(all.Where(pair => pair.Strategy == Strategy.Samples)).GroupBy(pair => pair.Prompt)
            .Select(prompt => prompt.MaxBy(pair => pair.Scores.Sum(score => score.Delta))!),
    ];

    private static bool IsComplex(Scene scene) =>
        scene.Events.Count > 2 || scene.Structure is SceneStructure.While or SceneStructure.Background;

    private static AblationTraining OnWinners(AblationTraining row) => row with
    {
        Variant = row.Variant with { Settings = row.Variant.Settings with { SftEpochs = row.Variant.Settings.DpoEpochs, DpoEpochs = 0 } },
    };
}
