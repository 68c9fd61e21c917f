namespace Tango2.Checkpoints;

/// <summary>How the weights of some networks are named in somebody's files.</summary>
/// <param name="Name">Whose layout it is, and of which file.</param>
/// <param name="Networks">The networks in such a file.</param>
/// <param name="Marks">
/// Keys by which it is recognised, after what <see cref="Wrappers"/> name; all must be there.
/// </param>
public sealed record ForeignLayout(string Name, IReadOnlyList<ForeignNetwork> Networks, IReadOnlyList<string> Marks)
{
    /// <summary>
    /// What all keys may begin with: names of dictionaries around the weights. What lies outside is passed over.
    /// </summary>
    public IReadOnlyList<string> Wrappers { get; init; } = [""];

    /// <summary>
    /// Keys that belong to networks that this library does not have, as in <see cref="ForeignNetwork.Dropped"/>.
    /// </summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];

    /// <summary>The file with the sizes, which lies beside the weights; null if there is none.</summary>
    public string? Config { get; init; }

    /// <summary>Whether a file with these keys has this layout.</summary>
    public bool Matches(IReadOnlyCollection<string> keys) => Wrapper(keys) is not null;

    /// <summary>The file's key for each key of one of its networks.</summary>
    /// <param name="network">The class in Tango2.Models.</param>
    /// <param name="keys">All keys of the file.</param>
    /// <returns>The network's keys, and the file's; front-end buffers and the like are left out.</returns>
    /// <exception cref="ArgumentException">The layout has no such network.</exception>
    public IReadOnlyDictionary<string, string> KeysOf(string network, IReadOnlyCollection<string> keys)
    {
        var part = Networks.FirstOrDefault(n => n.Network == network) ?? throw new ArgumentException(
            $"{Name} holds {string.Join(" and ", Networks.Select(n => n.Network))}, but not {network}.", nameof(network));
        var wrapper = Wrapper(keys) ?? "";
        var result = new Dictionary<string, string>();
        foreach (var key in keys.Where(k => k.StartsWith(wrapper, StringComparison.Ordinal)))
        {
            var inner = key[wrapper.Length..];
            if (Owner(inner) != part) continue;
            var own = inner[part.Prefix.Length..];
            if (!part.Dropped.Any(d => ForeignNetwork.Fits(own, d))) result[own] = key;
        }
        foreach (var (lacking, shared) in part.Tied)
            if (result.TryGetValue(shared, out var key)) result.TryAdd(lacking, key);
        return result;
    }

    /// <summary>The keys that neither belong to one of the networks nor are known to be of no use.</summary>
    /// <param name="keys">All keys of the file.</param>
    public IReadOnlyList<string> Unclaimed(IReadOnlyCollection<string> keys)
    {
        var wrapper = Wrapper(keys) ?? "";
        return [.. keys.Where(k => k.StartsWith(wrapper, StringComparison.Ordinal) && k[wrapper.Length..] is var inner &&
            Owner(inner) is null && !Ignored.Any(i => ForeignNetwork.Fits(inner, i)))];
    }

    private string? Wrapper(IReadOnlyCollection<string> keys)
    {
        var known = keys as IReadOnlySet<string> ?? keys.ToHashSet();
        return Wrappers.FirstOrDefault(w => Marks.All(m => known.Contains(w + m)));
    }

    private ForeignNetwork? Owner(string key) => Networks.Where(n => n.Claims(key)).MaxBy(n => n.Prefix.Length);
}
