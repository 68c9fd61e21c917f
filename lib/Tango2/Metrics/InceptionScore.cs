using Tango2.Tensors;

namespace Tango2.Metrics;

/// <summary>exp(mean over clips of KL(p(class | clip) ‖ mean p)): clips should be clear, and the set varied.</summary>
/// <param name="Mean">Mean over the splits, at least 1.</param>
/// <param name="Deviation">Standard deviation over the splits (divided by their number).</param>
public sealed record InceptionScore(double Mean, double Deviation)
{
    /// <summary>The seed that audioldm_eval shuffles with.</summary>
    public const int ReferenceSeed = 2020;

    /// <summary>Scores the clips in shuffled splits, as audioldm_eval does.</summary>
    /// <param name="logits">[N, C], a tagger's logits; N at least <paramref name="splits"/>.</param>
    /// <param name="splits">How many parts; split i holds rows i·N/splits to (i + 1)·N/splits of the shuffled clips.</param>
    /// <param name="seed">Of the shuffle; null for the clips in their order.</param>
    public static InceptionScore Of(Tensor logits, int splits = 10, int? seed = ReferenceSeed)
    {
        Shape.Check(logits, "N, C");
        ArgumentOutOfRangeException.ThrowIfLessThan(splits, 1);
        var count = (int)logits.shape[0];
        if (count < splits)
            throw new ArgumentException(
                $"An Inception Score of {splits} splits needs at least {splits} clips, but got {count}; ask for fewer splits.");
        using var scope = NewDisposeScope();
        var log = logits.detach().to(float64).cpu().log_softmax(-1); // [N, C]
        if (seed is { } shuffle)
        {
            var order = new MersenneTwister((uint)shuffle).Permutation(count);
            log = log.index_select(0, tensor(order.Select(i => (long)i).ToArray()));
        }
        var scores = Enumerable.Range(0, splits)
            .Select(i => OfSplit(log[TensorIndex.Slice(i * (long)count / splits, (i + 1) * (long)count / splits)]))
            .ToArray();
        var mean = scores.Average();
        return new(mean, Math.Sqrt(scores.Average(s => (s - mean) * (s - mean))));
    }

    /// <summary>The mean score of several shuffles, audioldm_eval's the first: which clips share a split moves a single one.</summary>
    /// <param name="logits">[N, C], a tagger's logits; N at least <paramref name="splits"/>.</param>
    /// <param name="splits">How many parts.</param>
    /// <param name="shuffles">How many orders, at least 1.</param>
    public static double OfShuffles(Tensor logits, int splits = 10, int shuffles = 8)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shuffles, 1);
        return Enumerable.Range(ReferenceSeed, shuffles).Average(seed => Of(logits, splits, seed).Mean);
    }

    private static double OfSplit(Tensor log)
    {
        using var scope = NewDisposeScope();
        var p = log.exp();                              // [n, C]
        var marginal = p.mean([0L], keepdim: true).log(); // [1, C]
        return (p * (log - marginal)).sum(-1).mean().exp().item<double>();
    }
}
