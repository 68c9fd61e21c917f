using Tango2.Alignment;
using Tango2.Preferences;
using Tango2.Studies;

namespace Tango2.Mini.Lab;

/// <summary>A row of an ablation with what it is trained on.</summary>
/// <param name="Variant">The row.</param>
/// <param name="Source">Its candidates.</param>
/// <param name="Model">The model that another stage has trained so; null where it is trained for the row.</param>
/// <param name="Beside">The earlier row that it is compared with; null for the first.</param>
internal sealed record AblationTraining(
    AblationVariant Variant, PairSource Source, string? Model = null, string? Beside = null)
{
    /// <summary>The pairs that it is trained on.</summary>
    public IReadOnlyList<PreferencePair> Pairs { get; } = Variant.Keep(Source.Candidates);

    /// <summary>Updates of one training.</summary>
    public int Steps => Variant.Steps(Pairs.Count);

    /// <summary>What its models are known by, beside the settings: each pair with what its clips were made by.</summary>
    public object Data => Source.Plan is not { } plan ? Pairs.Count
        : Pairs.Select(pair => new { pair.Prompt, Winner = plan.Named(pair.Winner), Loser = plan.Named(pair.Loser) });
}

/// <summary>Candidate pairs of a stage, and the clips that they are of.</summary>
/// <param name="Candidates">All pairs with their scores.</param>
/// <param name="Plan">What the clips were made by; null where no row is trained on them.</param>
/// <param name="Clips">Reads the clips.</param>
internal sealed record PairSource(IReadOnlyList<PreferencePair> Candidates, CandidatePlan? Plan, Func<CandidateSet> Clips)
{
    /// <summary>The paper's candidates.</summary>
    public static PairSource Paper(LabOptions options) =>
        new(options.Models.Candidates(), options.Models.Plan(), () => CandidateStage.Read(options));

    /// <summary>The recipe's pairs of one noise.</summary>
    public static PairSource OneNoise(LabOptions options) => Of(OneNoiseStage.Pairs(options));

    /// <summary>Pairs of one noise.</summary>
    public static PairSource Of(OneNoisePairs pairs) => new(pairs.Candidates(), pairs.Plan(), pairs.Clips);

    /// <summary>What the online rounds were trained on.</summary>
    public static PairSource Online(LabOptions options) => new(
        [.. OnlineStage.Candidates(options)], null, () => throw new InvalidOperationException("Rounds are trained by their own stage."));
}
