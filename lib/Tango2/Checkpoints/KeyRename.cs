using System.Globalization;
using System.Text.RegularExpressions;

namespace Tango2.Checkpoints;

/// <summary>A key of somebody's file as a key of one of this library's networks.</summary>
/// <param name="Pattern">A regular expression for the file's whole key, without what stands before the network's keys.</param>
/// <param name="Own">The network's key; $1 stands for what the first bracket took.</param>
internal sealed record KeyRename(string Pattern, string Own)
{
    /// <summary>The place among the tensors that lie one below the other in the network's, such as query, key and value.</summary>
    public int Part { get; init; }

    /// <summary>How many tensors lie in the network's.</summary>
    public int Parts { get; init; } = 1;

    /// <summary>Whether the file has [C, D] where the network has a convolution of one place, [C, D, 1, 1].</summary>
    public bool Pointwise { get; init; }

    /// <summary>Where the first bracket's number is counted from the other end: a pattern whose bracket takes all such numbers.</summary>
    public string? CountedBy { get; init; }

    /// <summary>The network's key of a file's key; null if the pattern is not its.</summary>
    /// <param name="key">The file's key.</param>
    /// <param name="all">All keys beside it, which tell how far its numbers go.</param>
    public ForeignKey? Of(string key, IEnumerable<string> all)
    {
        var found = Whole.Match(key);
        if (!found.Success) return null;
        if (CountedBy is null) return new(found.Result(Own), key, this);
        var last = all.Select(k => Regex.Match(k, CountedBy)).Where(m => m.Success).Max(Number);
        var number = (last - Number(found)).ToString(CultureInfo.InvariantCulture);
        return new(found.Result(Own.Replace("$1", number, StringComparison.Ordinal)), key, this);
    }

    private Regex Whole => field ??= new($"^(?:{Pattern})$", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    private static int Number(Match match) => int.Parse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);
}

/// <summary>A key of a file and the key of the network that it fills, or a part of.</summary>
/// <param name="Own">The network's key.</param>
/// <param name="Key">The file's key.</param>
/// <param name="Rename">How one became the other; null where only a beginning was taken off.</param>
internal sealed record ForeignKey(string Own, string Key, KeyRename? Rename = null)
{
    private int Parts => Rename?.Parts ?? 1;

    /// <summary>Where the network's tensors come from, by its keys; several of the file's may be one of its.</summary>
    /// <param name="keys">The keys that are the network's.</param>
    /// <param name="reader">The file.</param>
    public static IEnumerable<(string Own, WeightSource Source)> Sources(IEnumerable<ForeignKey> keys, CheckpointReader reader)
    {
        foreach (var group in keys.GroupBy(k => (k.Own, k.Parts)))
        {
            if (group.Key.Parts == 1)
            {
                foreach (var key in group) yield return (key.Own, key.Source(reader));
            }
            else yield return (group.Key.Own, Joined([.. group.OrderBy(k => k.Rename!.Part)], reader));
        }
    }

    private WeightSource Source(CheckpointReader reader)
    {
        var entry = reader.Entries[Key];
        if (Rename is not { Pointwise: true } || entry.Shape.Count != 2) return new(entry, target => reader.ReadInto(Key, target));
        return new(entry with { Shape = [.. entry.Shape, 1, 1] }, target =>
        {
            using var matrix = target.view(target.shape[0], target.shape[1]);
            reader.ReadInto(Key, matrix);
        });
    }

    /// <summary>Tensors of one shape as one, each below the other along the first axis.</summary>
    private static WeightSource Joined(ForeignKey[] parts, CheckpointReader reader)
    {
        var entries = Array.ConvertAll(parts, p => reader.Entries[p.Key]);
        var (first, rows) = (entries[0], entries[0].Shape.Count > 0 ? entries[0].Shape[0] : 0);
        var complete = parts.Select(p => p.Rename!.Part).SequenceEqual(Enumerable.Range(0, parts[0].Parts))
            && first.Shape.Count > 0 && entries.All(e => e.Shape.SequenceEqual(first.Shape) && e.Type == first.Type);
        return new(first with { Shape = [rows * parts.Length, .. first.Shape.Skip(1)] }, Copy)
        {
            Problem = complete ? null : $"not {parts[0].Parts} tensors of one shape that make up {parts[0].Own}: " +
                string.Join(", ", entries.Select(e => $"{e.Key} {e.Describe()}")),
        };

        void Copy(Tensor target)
        {
            foreach (var (part, index) in parts.Select((p, i) => (p, i)))
            {
                using var place = target.narrow(0, index * rows, rows);
                reader.ReadInto(part.Key, place);
            }
        }
    }
}
