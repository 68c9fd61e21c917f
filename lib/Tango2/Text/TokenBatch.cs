namespace Tango2.Text;

/// <summary>Token ids of several texts, filled up to one length.</summary>
/// <param name="Ids">[B, S], int64.</param>
/// <param name="Mask">[B, S], int64: 1 for a token, 0 for padding.</param>
public sealed record TokenBatch(Tensor Ids, Tensor Mask) : IDisposable
{
    /// <summary>Stacks the texts' ids, the shorter ones followed by padding.</summary>
    /// <param name="rows">The ids of each text, at least one text.</param>
    /// <param name="padId">What fills the short ones.</param>
    /// <param name="length">S; null takes the longest text's.</param>
    /// <exception cref="ArgumentException">There is no text, or one is longer than <paramref name="length"/>.</exception>
    public static TokenBatch Pad(IReadOnlyList<int[]> rows, int padId, int? length = null)
    {
        if (rows.Count == 0) throw new ArgumentException("Expected at least one text to batch, found none.", nameof(rows));
        var longest = rows.Max(row => row.Length);
        var width = length ?? longest;
        if (longest > width)
            throw new ArgumentException(
                $"Expected at most {width} tokens in each text, found {longest}: cut the texts first.", nameof(rows));
        var ids = new long[rows.Count, width];
        var mask = new long[rows.Count, width];
        for (var b = 0; b < rows.Count; b++)
        {
            for (var s = 0; s < width; s++)
            {
                var isToken = s < rows[b].Length;
                ids[b, s] = isToken ? rows[b][s] : padId;
                mask[b, s] = isToken ? 1 : 0;
            }
        }
        return new(tensor(ids, device: CPU), tensor(mask, device: CPU));
    }

    /// <summary>The same batch on a device.</summary>
    public TokenBatch To(Device device) => new(Ids.to(device), Mask.to(device));

    /// <summary>Ids and mask up to the end of the longest text: views, without the padding that all texts share.</summary>
    internal (Tensor Ids, Tensor Mask) Longest(Device device)
    {
        var length = Mask.sum(-1).max().item<long>();
        return (Ids.narrow(1, 0, length).to(device), Mask.narrow(1, 0, length).to(device));
    }

    /// <summary>Frees both tensors.</summary>
    public void Dispose()
    {
        Ids.Dispose();
        Mask.Dispose();
    }

    /// <summary>Cuts ids to a length, keeping the last one, which ends the text.</summary>
    internal static int[] Cut(int[] ids, int max) => ids.Length <= max ? ids : [.. ids.AsSpan(0, max - 1), ids[^1]];
}
