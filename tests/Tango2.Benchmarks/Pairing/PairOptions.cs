namespace Tango2.Benchmarks.Pairing;

/// <summary>How a paired run goes.</summary>
/// <param name="Only">Names of cases; none for all that need not be named.</param>
/// <param name="Rounds">How often both sides take turns, at least 1.</param>
/// <param name="Threads">Threads of each side, at least 1.</param>
/// <param name="Python">The other side's Python; null times ours only.</param>
internal sealed record PairOptions(IReadOnlyList<string> Only, int Rounds, int Threads, string? Python)
{
    /// <summary>Seconds that one side's turn aims at; a step that takes longer is made once a turn.</summary>
    public double TurnSeconds { get; init; } = 0.8;

    /// <summary>Seconds after which a case ends, once it has had <see cref="FewestRounds"/>.</summary>
    public double CaseSeconds { get; init; } = 25;

    /// <summary>Rounds that even a long case has.</summary>
    public int FewestRounds => Math.Min(3, Rounds);

    /// <summary>Throws if a number makes no sense.</summary>
    public void Validate()
    {
        if (Rounds < 1) throw new ArgumentException($"--rounds must be at least 1, but is {Rounds}.");
        if (Threads < 1) throw new ArgumentException($"--threads must be at least 1, but is {Threads}.");
    }
}
