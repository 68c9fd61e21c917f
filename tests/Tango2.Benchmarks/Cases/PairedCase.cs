using System.Text.Json.Nodes;

namespace Tango2.Benchmarks.Cases;

/// <summary>One thing that both sides do, at one size.</summary>
/// <param name="Name">As in <c>--only</c>.</param>
/// <param name="What">The operation and its sizes, for the table.</param>
/// <param name="Reference">What the Python side needs to know, in the reference's own words; given a scratch folder.</param>
/// <param name="Ours">Builds our side; given the same folder.</param>
internal sealed record PairedCase(
    string Name, string What, Func<string, JsonObject> Reference, Func<string, TimedStep> Ours)
{
    /// <summary>Steps of ours that are timed beside it, each without some of the library's tricks.</summary>
    public IReadOnlyList<string> Variants { get; init; } = [];

    /// <summary>Writes the files that both sides read.</summary>
    public Action<string> Prepare { get; init; } = _ => { };

    /// <summary>Whether it runs only when it is named, being large.</summary>
    public bool OnlyNamed { get; init; }

    /// <summary>Whether the Python side has to write a file that ours reads.</summary>
    public bool NeedsPython { get; init; }
}
