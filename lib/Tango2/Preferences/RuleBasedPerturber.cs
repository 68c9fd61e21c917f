namespace Tango2.Preferences;

/// <summary>Perturbs captions by rules: word lists for Strategy 2, connectives of time for Strategy 3.</summary>
/// <remarks>
/// Stands in for the paper's GPT-4. A caption with two events in a told order always gets one with the same events in
/// another order, and it comes first.
/// </remarks>
public sealed class RuleBasedPerturber : IPromptPerturber
{
    /// <inheritdoc/>
    public IReadOnlyList<Perturbation> Perturb(string prompt, Strategy strategy, int count, Random random)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(prompt);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        var caption = prompt.Trim();
        Perturbation[] all =
        [
            .. Edits(caption, strategy).Select(e => new Perturbation(e.Text, strategy, e.Kind))
                .Where(p => !string.Equals(p.Text, caption, StringComparison.OrdinalIgnoreCase)).DistinctBy(p => p.Text),
        ];
        random.Shuffle(all);
        return [.. Spread(all).Take(count)];
    }

    private static IEnumerable<(string Text, PerturbationKind Kind)> Edits(string caption, Strategy strategy) => strategy switch
    {
        Strategy.Perturbed => SoundEdits.Of(caption),
        Strategy.TemporallyPerturbed => TemporalEdits.Of(caption),
        _ => throw new ArgumentException($"The strategy must be 2 or 3 here, but is {strategy.Label()}."),
    };

    // In rounds, one of each kind: the lists of some kinds are much longer. Order comes first, Manner last.
    private static IEnumerable<Perturbation> Spread(Perturbation[] all) => all
        .GroupBy(p => p.Kind)
        .SelectMany(kind => kind.Select((p, round) => (Perturbation: p, Round: round)))
        .OrderBy(p => p.Perturbation.Kind == PerturbationKind.Manner ? 1 : 0)
        .ThenBy(p => p.Round)
        .ThenBy(p => p.Perturbation.Kind == PerturbationKind.Order ? 0 : 1)
        .Select(p => p.Perturbation);
}
