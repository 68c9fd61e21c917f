namespace Tango2.Benchmarks.Cases;

/// <summary>Every case of a paired run, the quick ones first.</summary>
internal static class AllCases
{
    /// <summary>The cases.</summary>
    public static IReadOnlyList<PairedCase> All { get; } =
        [.. AudioCases.All, .. TextCases.All, .. UNetCases.All, .. PreferenceCases.All];

    /// <summary>Their names.</summary>
    public static IEnumerable<string> Names => All.Select(c => c.Name);

    /// <summary>The cases named; without names, all but those that must be named.</summary>
    /// <exception cref="ArgumentException">A name is unknown; the message lists those that are known.</exception>
    public static IReadOnlyList<PairedCase> Chosen(IReadOnlyList<string> names)
    {
        foreach (var name in names.Except(Names))
            throw new ArgumentException($"There is no case '{name}'. Known: {string.Join(", ", Names)}.");
        return [.. All.Where(c => names.Count == 0 ? !c.OnlyNamed : names.Contains(c.Name))];
    }
}
