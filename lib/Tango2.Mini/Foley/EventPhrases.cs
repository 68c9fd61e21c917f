namespace Tango2.Mini.Foley;

/// <summary>The words for a sound event in captions; in each list the first is the plainest.</summary>
/// <param name="Clauses">Whole clauses: "a dog barks".</param>
/// <param name="Gerunds">"a dog barking".</param>
/// <param name="Nouns">"barking of a dog".</param>
internal sealed record EventPhrases(
    IReadOnlyList<string> Clauses, IReadOnlyList<string> Gerunds, IReadOnlyList<string> Nouns)
{
    /// <summary>Clauses that a "twice" or "three times" may follow; empty for continuous events.</summary>
    public IReadOnlyList<string> CountedClauses { get; init; } = [];

    /// <summary>Plurals that a "two" or "three" may precede; empty for continuous events.</summary>
    public IReadOnlyList<string> CountedNouns { get; init; } = [];
}
