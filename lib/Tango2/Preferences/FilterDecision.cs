namespace Tango2.Preferences;

/// <summary>What the filter says of a pair.</summary>
/// <param name="Failures">All conditions that fail, by model and in the order of the paper.</param>
public sealed record FilterDecision(IReadOnlyList<FilterFailure> Failures)
{
    /// <summary>Whether the pair stays.</summary>
    public bool Kept => Failures.Count == 0;

    /// <inheritdoc/>
    public override string ToString() =>
        Kept ? "kept" : string.Join("; ", Failures.Select(f => $"{f.Model}: {f.Reason}"));
}
