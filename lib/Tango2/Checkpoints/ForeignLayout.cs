namespace Tango2.Checkpoints;

/// <summary>How the weights of some networks are named in somebody's files.</summary>
/// <remarks>
/// Before and within the keys may stand what dictionaries around the weights and wrappers around a network leave there,
/// such as <c>state_dict.</c>, <c>module.</c> and <c>_orig_mod.</c>; they are seen through.
/// </remarks>
/// <param name="Name">Whose layout it is, and of which file.</param>
/// <param name="Networks">The networks in such a file.</param>
/// <param name="Marks">Keys by which it is recognised; all must be there, in one dictionary.</param>
internal sealed record ForeignLayout(string Name, IReadOnlyList<ForeignNetwork> Networks, IReadOnlyList<string> Marks)
{
    /// <summary>
    /// Keys that belong to networks that this library does not have, as in <see cref="ForeignNetwork.Dropped"/>.
    /// </summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];

    /// <summary>The file with the sizes, which lies beside the weights; null if there is none.</summary>
    public string? Config { get; init; }

    /// <summary>Whether a file with these keys has this layout.</summary>
    public bool Matches(IReadOnlyCollection<string> keys) => Matches(new CheckpointNames(keys));

    /// <summary>The file's key for each key of one of its networks.</summary>
    /// <param name="network">The class in Tango2.Models.</param>
    /// <param name="keys">All keys of the file.</param>
    /// <returns>The network's keys, and the file's; front-end buffers and the like are left out.</returns>
    /// <exception cref="ArgumentException">The layout has no such network.</exception>
    /// <exception cref="InvalidDataException">Two of the file's keys are one of the network's; both are named.</exception>
    public IReadOnlyDictionary<string, string> KeysOf(string network, IReadOnlyCollection<string> keys)
    {
        var result = new Dictionary<string, string>();
        foreach (var (own, key, rename) in Claimed(network, new(keys)))
        {
            // Of tensors that make up one of the network's, each has a line of its own.
            var name = rename is { Parts: > 1 } ? $"{own}[{rename.Part}/{rename.Parts}]" : own;
            if (!result.TryAdd(name, key))
                throw new InvalidDataException($"'{result[name]}' and '{key}' are both '{name}' of {network}: keep one.");
        }
        return result;
    }

    /// <summary>The keys that neither belong to one of the networks nor are known to be of no use.</summary>
    /// <param name="keys">All keys of the file.</param>
    public IReadOnlyList<string> Unclaimed(IReadOnlyCollection<string> keys) => Unclaimed(new CheckpointNames(keys));

    internal bool Matches(CheckpointNames names) => names.Before(Marks).Any();

    internal IReadOnlyList<string> Unclaimed(CheckpointNames names) => [.. Inside(names)
        .Where(k => Owner(k.Plain) is null && !Ignored.Any(i => ForeignNetwork.Fits(k.Plain, i))).Select(k => k.Key)];

    /// <summary>As <see cref="KeysOf"/>, with each of several keys that are one of the network's.</summary>
    internal IReadOnlyList<ForeignKey> Claimed(string network, CheckpointNames names)
    {
        var part = Networks.FirstOrDefault(n => n.Network == network) ?? throw new ArgumentException(
            $"{Name} holds {string.Join(" and ", Networks.Select(n => n.Network))}, but not {network}.", nameof(network));
        (string Own, string Key)[] taken = [.. Inside(names).Where(k => Owner(k.Plain) == part)
            .Select(k => (Own: k.Plain[part.Prefix.Length..], k.Key))
            .Where(k => !part.Dropped.Any(d => ForeignNetwork.Fits(k.Own, d)))];
        string[] all = part.Renames.Count == 0 ? [] : [.. taken.Select(k => k.Own)];
        var result = taken.Select(k => part.Renamed(k.Own, all) with { Key = k.Key }).ToList();
        var first = result.DistinctBy(k => k.Own).ToDictionary(k => k.Own, k => k.Key);
        result.AddRange(part.Tied.Where(t => !first.ContainsKey(t.Key) && first.ContainsKey(t.Value))
            .Select(t => new ForeignKey(t.Key, first[t.Value])));
        return result;
    }

    /// <summary>The keys in the dictionary that holds the weights, without its name; the others are passed over.</summary>
    private IEnumerable<(string Plain, string Key)> Inside(CheckpointNames names)
    {
        var front = names.Before(Marks).FirstOrDefault() ?? "";
        return names.All.Where(k => k.Plain.StartsWith(front, StringComparison.Ordinal))
            .Select(k => (k.Plain[front.Length..], k.Key));
    }

    private ForeignNetwork? Owner(string key) => Networks.Where(n => n.Claims(key)).MaxBy(n => n.Prefix.Length);
}

/// <summary>
/// One of this library's networks inside a file: what its keys begin with there, and what is left out.
/// </summary>
/// <param name="Network">The class in Tango2.Models, such as UNet2DConditionModel.</param>
/// <param name="Prefix">
/// What the network's keys begin with, and what is taken off; of several that fit, the longest counts.
/// </param>
internal sealed record ForeignNetwork(string Network, string Prefix)
{
    /// <summary>
    /// Keys, without the prefix, that the network has no use for; a star stands for anything at one end.
    /// </summary>
    public IReadOnlyList<string> Dropped { get; init; } = [];

    /// <summary>The network's keys that the file may lack, and the key of the tensor that they share.</summary>
    public IReadOnlyDictionary<string, string> Tied { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether keys are taken that have the prefix anywhere; as many characters go from their front.</summary>
    public bool Anywhere { get; init; }

    /// <summary>Keys of other names than the network's; the first pattern that fits counts, and other keys stay as they are.</summary>
    public IReadOnlyList<KeyRename> Renames { get; init; } = [];

    /// <summary>The network's key of a file's key.</summary>
    /// <param name="key">The file's, without the prefix.</param>
    /// <param name="all">All of the file's keys for the network, likewise.</param>
    internal ForeignKey Renamed(string key, IReadOnlyList<string> all) =>
        Renames.Select(r => r.Of(key, all)).FirstOrDefault(k => k is not null) ?? new(key, key);

    internal bool Claims(string key) =>
        Anywhere ? key.Contains(Prefix, StringComparison.Ordinal) : key.StartsWith(Prefix, StringComparison.Ordinal);

    internal static bool Fits(string key, string pattern) =>
        pattern.StartsWith('*') ? key.EndsWith(pattern[1..], StringComparison.Ordinal)
        : pattern.EndsWith('*') ? key.StartsWith(pattern[..^1], StringComparison.Ordinal)
        : key == pattern;
}
