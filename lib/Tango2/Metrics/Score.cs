using Tango2.Tensors;

namespace Tango2.Metrics;

/// <summary>A metric kept item by item, so that intervals can be made: its value is Σ sums / Σ counts.</summary>
/// <remarks>
/// A plain mean over clips has counts of one. The temporal metrics average over events, or are micro F1, so a
/// caption with more events weighs more; resampling captions must then resample sums and counts together.
/// </remarks>
public sealed class Score
{
    /// <summary>Makes a score of one sum and one count per item.</summary>
    /// <param name="sums">[items], what the item adds above the fraction line.</param>
    /// <param name="counts">[items], what it adds below; 0 where it has nothing to count.</param>
    /// <exception cref="ArgumentException">A number is missing, not finite, or a count is negative; the message names the item.</exception>
    public Score(IReadOnlyList<double> sums, IReadOnlyList<double> counts)
    {
        if (sums.Count != counts.Count)
            throw new ArgumentException($"A score needs one count per sum, but got {counts.Count} for {sums.Count}.");
        Finite.Check(sums, "A score's sums", "item");
        Finite.Check(counts, "A score's counts", "item");
        for (var i = 0; i < counts.Count; i++)
            if (counts[i] < 0) throw new ArgumentException($"A score's counts must not be negative, but item {i} has {counts[i]}.");
        (Sums, Counts) = (sums, counts);
    }

    /// <summary>[items], above the fraction line.</summary>
    public IReadOnlyList<double> Sums { get; }

    /// <summary>[items], below the fraction line.</summary>
    public IReadOnlyList<double> Counts { get; }

    /// <summary>Σ sums / Σ counts; NaN when all counts are zero.</summary>
    public double Value => Sums.Sum() / Counts.Sum();

    /// <summary>[items], the metric of each item alone; NaN for an item with nothing to count.</summary>
    public IReadOnlyList<double> PerItem => [.. Sums.Zip(Counts, (sum, count) => sum / count)];

    /// <summary>The plain mean of one value per item.</summary>
    /// <exception cref="ArgumentException">A value is not finite; the message names the item.</exception>
    public static Score Mean(IReadOnlyList<double> values) => new(values, [.. values.Select(_ => 1.0)]);

    /// <summary>Several systems' scores of the same items as one: each item's sums and counts are averaged.</summary>
    /// <param name="scores">At least one.</param>
    /// <exception cref="ArgumentException">There is none, or they are not of as many items.</exception>
    public static Score Pooled(IReadOnlyList<Score> scores)
    {
        if (scores.Count == 0) throw new ArgumentException("There must be at least one score to pool.", nameof(scores));
        var items = scores[0].Counts.Count;
        if (scores.FirstOrDefault(s => s.Counts.Count != items) is { } other)
            throw new ArgumentException($"Pooled scores need the same items, but got {items} and {other.Counts.Count}.");
        double[] Mean(Func<Score, IReadOnlyList<double>> of) =>
            [.. Enumerable.Range(0, items).Select(i => scores.Average(score => of(score)[i]))];
        return new(Mean(s => s.Sums), Mean(s => s.Counts));
    }

    /// <summary>The value over a choice of items, which may repeat.</summary>
    internal double Over(ReadOnlySpan<int> items)
    {
        var (sum, count) = (0.0, 0.0);
        foreach (var item in items)
        {
            sum += Sums[item];
            count += Counts[item];
        }
        return sum / count;
    }
}
