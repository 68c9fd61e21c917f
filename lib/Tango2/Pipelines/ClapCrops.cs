namespace Tango2.Pipelines;

/// <summary>Which parts of a clip longer than CLAP's window are heard.</summary>
/// <remarks>
/// The reference draws one part at random, for every clip beyond ten seconds, Tango's 10.242 s included, so that its score of one
/// clip is a draw. The mean over evenly spaced parts is what that draw is on average, and always the same.
/// With fusion a part is three starts, of the clip's front, middle and back; else one offset.
/// </remarks>
public sealed class ClapCrops
{
    private readonly Func<long, IReadOnlyList<long>> _offsets;                       // of the samples beyond the window
    private readonly Func<IReadOnlyList<(long First, long End)>, IReadOnlyList<long[]>> _starts; // of the ranges of starts
    private readonly string _name;

    private ClapCrops(
        string name, Func<long, IReadOnlyList<long>> offsets,
        Func<IReadOnlyList<(long First, long End)>, IReadOnlyList<long[]>> starts) =>
        (_name, _offsets, _starts) = (name, offsets, starts);

    /// <summary>The first part alone.</summary>
    public static ClapCrops Beginning { get; } = new(
        "the beginning", _ => [0], ranges => [[.. ranges.Select(range => range.First)]]);

    /// <summary>Several parts: the middles of as many equal stretches of the places that the reference draws from.</summary>
    /// <param name="count">How many parts, at least 1; fewer where there are fewer places.</param>
    public static ClapCrops Even(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return new(
            $"the mean of {count} evenly spaced parts",
            excess => [.. Shares(excess + 1).Select(share => Middle(share, excess + 1)).Distinct()],
            ranges => [.. Shares(ranges.Max(range => range.End - range.First)).Select(share =>
                ranges.Select(range => range.First + Middle(share, range.End - range.First)).ToArray())]);

        IEnumerable<double> Shares(long places) =>
            Enumerable.Range(0, (int)Math.Min(count, places)).Select(i => (i + 0.5) / Math.Min(count, places));
    }

    /// <summary>Given places: offsets in samples at the network's rate, or with fusion the three starts of one part in frames.</summary>
    /// <param name="places">At least one.</param>
    public static ClapCrops At(params long[] places)
    {
        if (places.Length == 0) throw new ArgumentException("Crops must be given at least one place, but got none.");
        return new($"the parts at {string.Join(", ", places)}", _ => places, _ => [places]);
    }

    /// <inheritdoc/>
    public override string ToString() => _name;

    /// <summary>Offsets in samples.</summary>
    /// <param name="excess">Samples beyond the window, above 0.</param>
    /// <exception cref="ArgumentException">A given one is out of range.</exception>
    internal IReadOnlyList<long> Offsets(long excess)
    {
        var offsets = _offsets(excess);
        return offsets.All(offset => offset >= 0 && offset <= excess) ? offsets : throw new ArgumentException(
            $"Offsets into this clip must lie in 0 to {excess} samples, but are {string.Join(", ", offsets)}.");
    }

    /// <summary>Three starts in frames for each part; none, once, where a clip needs no choice.</summary>
    /// <param name="ranges">Where each of the three may start; none where there is no choice.</param>
    internal IReadOnlyList<long[]> Starts(IReadOnlyList<(long First, long End)> ranges) =>
        ranges.Count == 0 ? [[]] : _starts(ranges);

    private static long Middle(double share, long places) => (long)(share * places);
}

/// <summary>What one CLAP model says of one clip and one prompt.</summary>
/// <param name="Crops">The cosine of each part of the clip that was heard, in [−1, 1]; at least one.</param>
public sealed record ClapReading(IReadOnlyList<double> Crops)
{
    /// <summary>The mean over the parts.</summary>
    public double Score => Crops.Average();

    /// <summary>The highest less the lowest: how far the reference's one draw may lie from another.</summary>
    public double Spread => Crops.Max() - Crops.Min();
}
