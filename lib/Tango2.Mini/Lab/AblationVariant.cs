using Tango2.Preferences;
using Tango2.Training;

namespace Tango2.Lab;

/// <summary>One row of the ablation: which pairs are kept and how the model is trained on them.</summary>
/// <param name="Name">Of the row, as the paper's where the paper has it.</param>
/// <param name="Keep">The pairs to train on, of all candidates.</param>
/// <param name="Settings">The training's settings; all but one row have the shipped ones.</param>
/// <param name="PaperRow">The paper's row of the same kind; null if the paper has none.</param>
public sealed record AblationVariant(
    string Name, Func<IReadOnlyList<PreferencePair>, IReadOnlyList<PreferencePair>> Keep, PreferenceOptions Settings,
    string? PaperRow = null)
{
    /// <summary>All rows: strategies left out, no DPO, no SFT, and other thresholds of the filter.</summary>
    public static IReadOnlyList<AblationVariant> All { get; } =
    [
        new("all strategies", AlignStage.Filter.Keep, AlignStage.Options, "Tango 2 (all strategies)"),
        Without("without strategies 2 and 3", "without Strategy 2 and 3", Strategy.Perturbed, Strategy.TemporallyPerturbed),
        Without("without strategy 1", "without Strategy 1", Strategy.DenoisingSteps, Strategy.Samples),
        Without("without strategy 2", "without Strategy 2", Strategy.Perturbed),
        Without("without strategy 3", "without Strategy 3", Strategy.TemporallyPerturbed),
        new("SFT only", AlignStage.Filter.Keep, AlignStage.Options with { DpoEpochs = 0 }),
        new("SFT only, as many steps", AlignStage.Filter.Keep, AlignStage.Options with
        {
            SftEpochs = AlignStage.Options.SftEpochs + AlignStage.Options.DpoEpochs, DpoEpochs = 0,
        }),
        new("DPO only", AlignStage.Filter.Keep, AlignStage.Options with { SftEpochs = 0 }),
        new("any difference", Differing(0).Keep, AlignStage.Options),
        new("twice the difference", Differing(2).Keep, AlignStage.Options),
    ];

    /// <summary>The grid of the sweep: all kept pairs, at other β and learning rates.</summary>
    public static IReadOnlyList<AblationVariant> Grid { get; } =
    [
        Setting(200, 6e-5), Setting(500, 6e-5), Setting(500, 3e-5), Setting(1000, 6e-5), Setting(1000, 3e-5),
    ];

    /// <summary>The shipped filter with its least difference Δmin times a factor, for both CLAP models.</summary>
    public static ClapFilter Differing(double factor) =>
        new([.. AlignStage.Thresholds.Select(t => t with { DeltaMin = factor * t.DeltaMin })]);

    private static AblationVariant Setting(double beta, double rate) => new(
        FormattableString.Invariant($"β {beta}, rate {rate:0e-0}"), AlignStage.Filter.Keep,
        AlignStage.Options with { Beta = beta, LearningRate = rate });

    private static AblationVariant Without(string name, string paperRow, params Strategy[] strategies) => new(
        name, all => AlignStage.Filter.Keep(all.Where(pair => !strategies.Contains(pair.Strategy))),
        AlignStage.Options, paperRow);
}
