namespace Tango2.Checkpoints;

/// <summary>
/// One of this library's networks inside a file: what its keys begin with there, and what is left out.
/// </summary>
/// <param name="Network">The class in Tango2.Models, such as UNet2DConditionModel.</param>
/// <param name="Prefix">
/// What the network's keys begin with, and what is taken off; of several that fit, the longest counts.
/// </param>
public sealed record ForeignNetwork(string Network, string Prefix)
{
    /// <summary>
    /// Keys, without the prefix, that the network has no use for; a star stands for anything at one end.
    /// </summary>
    public IReadOnlyList<string> Dropped { get; init; } = [];

    /// <summary>The network's keys that the file may lack, and the key of the tensor that they share.</summary>
    public IReadOnlyDictionary<string, string> Tied { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether keys are taken that have the prefix anywhere; as many characters go from their front.</summary>
    public bool Anywhere { get; init; }

    internal bool Claims(string key) =>
        Anywhere ? key.Contains(Prefix, StringComparison.Ordinal) : key.StartsWith(Prefix, StringComparison.Ordinal);

    internal static bool Fits(string key, string pattern) =>
        pattern.StartsWith('*') ? key.EndsWith(pattern[1..], StringComparison.Ordinal)
        : pattern.EndsWith('*') ? key.StartsWith(pattern[..^1], StringComparison.Ordinal)
        : key == pattern;
}
