using Tango2.Alignment;
using Tango2.Preferences;
using Tango2.Studies;

namespace Tango2.Mini.Lab;

/// <summary>A row of an ablation with what it is trained on.</summary>
/// <param name="Variant">The row.</param>
/// <param name="Source">Its candidates.</param>
/// <param name="Model">The model that another stage has trained so; null where it is trained for the row.</param>
internal sealed record AblationTraining(AblationVariant Variant, PairSource Source, string? Model = null)
{
    /// <summary>The pairs that it is trained on.</summary>
    public IReadOnlyList<PreferencePair> Pairs { get; } = Variant.Keep(Source.Candidates);

    /// <summary>Updates of one training.</summary>
    public int Steps => Variant.Steps(Pairs.Count);
}

/// <summary>Candidate pairs of a stage, and the clips that they are of.</summary>
/// <param name="Candidates">All pairs with their scores.</param>
/// <param name="Clips">Reads the clips; null where no row is trained on them.</param>
internal sealed record PairSource(IReadOnlyList<PreferencePair> Candidates, Func<CandidateSet>? Clips)
{
    /// <summary>The paper's candidates.</summary>
    public static PairSource Paper(LabOptions options) => new(options.Models.Candidates(), () => CandidateStage.Read(options));

    /// <summary>The recipe's pairs of one noise.</summary>
    public static PairSource OneNoise(LabOptions options)
    {
        var pairs = OneNoiseStage.Pairs(options);
        return new(pairs.Candidates(), pairs.Clips);
    }

    /// <summary>What the online rounds were trained on.</summary>
    public static PairSource Online(LabOptions options) => new([.. OnlineStage.Candidates(options)], null);
}
