using Tango2.Alignment;
using Tango2.Preferences;

namespace Tango2.Studies;

/// <summary>One row of an ablation: which pairs are kept and how the model is trained on them.</summary>
/// <param name="Name">Of the row, as the paper's where the paper has it.</param>
/// <param name="Keep">The pairs to train on, of all candidates.</param>
/// <param name="Settings">The training's settings.</param>
/// <param name="PaperRow">The paper's row of the same kind; null if the paper has none.</param>
public sealed record AblationVariant(
    string Name, Func<IReadOnlyList<PreferencePair>, IReadOnlyList<PreferencePair>> Keep, PreferenceOptions Settings,
    string? PaperRow = null)
{
    /// <summary>Updates that the training makes; none without pairs.</summary>
    public int Steps(int pairs) => pairs == 0 ? 0 : Settings.Steps(pairs);

    /// <summary>
    /// The rows of the paper's ablation and more: strategies left out, no DPO, no SFT, other thresholds of the filter.
    /// </summary>
    /// <param name="filter">The filter of the rows that do not change it.</param>
    /// <param name="settings">The settings of the rows that do not change them.</param>
    public static IReadOnlyList<AblationVariant> All(ClapFilter filter, PreferenceOptions settings)
    {
        return
        [
            new("all strategies", filter.Keep, settings, "Tango 2 (all strategies)"),
            Without("without strategies 2 and 3", "without Strategy 2 and 3", Strategy.Perturbed, Strategy.TemporallyPerturbed),
            Without("without strategy 1", "without Strategy 1", Strategy.DenoisingSteps, Strategy.Samples),
            Without("without strategy 2", "without Strategy 2", Strategy.Perturbed),
            Without("without strategy 3", "without Strategy 3", Strategy.TemporallyPerturbed),
            new("SFT only", filter.Keep, settings with { DpoEpochs = 0 }),
            new("SFT only, as many steps", filter.Keep, settings with
            {
                SftEpochs = settings.SftEpochs + settings.DpoEpochs, DpoEpochs = 0,
            }),
            new("DPO only", filter.Keep, settings with { SftEpochs = 0 }),
            new("any difference", filter.WithDifference(0).Keep, settings),
            new("twice the difference", filter.WithDifference(2).Keep, settings),
        ];

        AblationVariant Without(string name, string paperRow, params Strategy[] strategies) => new(
            name, all => filter.Keep(all.Where(pair => !strategies.Contains(pair.Strategy))), settings, paperRow);
    }

    /// <summary>A row with other β and learning rate.</summary>
    public static AblationVariant Setting(ClapFilter filter, PreferenceOptions settings, double beta, double rate) => new(
        FormattableString.Invariant($"β {beta}, rate {rate:0e-0}"), filter.Keep,
        settings with { Beta = beta, LearningRate = rate });
}
