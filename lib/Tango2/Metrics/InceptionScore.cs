using Tango2.Tensors;

namespace Tango2.Metrics;

/// <summary>exp(mean over clips of KL(p(class | clip) ‖ mean p)): clips should be clear, and the set varied.</summary>
/// <remarks>A class of probability 0 counts 0, since 0 · ln 0 = 0: C clips, each sure of a class of its own, score C.</remarks>
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
    /// <exception cref="ArgumentException">Too few clips, or a logit is NaN; the message names the row.</exception>
    public static InceptionScore Of(Tensor logits, int splits = 10, int? seed = ReferenceSeed)
    {
        using var scope = NewDisposeScope();
        return OfLog(Log(logits, splits), splits, seed);
    }

    /// <summary>The mean score of several shuffles, audioldm_eval's the first: which clips share a split moves a single one.</summary>
    /// <param name="logits">[N, C], a tagger's logits; N at least <paramref name="splits"/>.</param>
    /// <param name="splits">How many parts.</param>
    /// <param name="shuffles">How many orders, at least 1.</param>
    public static double OfShuffles(Tensor logits, int splits = 10, int shuffles = 8)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shuffles, 1);
        using var scope = NewDisposeScope();
        var log = Log(logits, splits);
        return Enumerable.Range(ReferenceSeed, shuffles).Average(seed => OfLog(log, splits, seed).Mean);
    }

    /// <summary>Logarithms of the probabilities, [N, C] in float64.</summary>
    private static Tensor Log(Tensor logits, int splits)
    {
        Shape.Check(logits, "N, C");
        ArgumentOutOfRangeException.ThrowIfLessThan(splits, 1);
        if (logits.shape[0] < splits)
            throw new ArgumentException($"An Inception Score of {splits} splits needs at least {splits} clips, but got " +
                $"{logits.shape[0]}; ask for fewer splits.");
        return TaggerLogits.ForSoftmax(logits, nameof(logits)).log_softmax(-1);
    }

    private static InceptionScore OfLog(Tensor log, int splits, int? seed)
    {
        var count = (int)log.shape[0];
        if (seed is { } shuffle) log = log.Rows(new MersenneTwister((uint)shuffle).Permutation(count));
        var scores = Enumerable.Range(0, splits)
            .Select(i => OfSplit(log[TensorIndex.Slice(i * (long)count / splits, (i + 1) * (long)count / splits)]))
            .ToArray();
        var mean = scores.Average();
        return new(mean, Math.Sqrt(scores.Average(s => (s - mean) * (s - mean))));
    }

    private static double OfSplit(Tensor log)
    {
        using var scope = NewDisposeScope();
        var p = log.exp();                                         // [n, C]
        var marginal = p.mean([0L], keepdim: true).log();          // [1, C]
        var none = (p == 0).logical_or(marginal.isneginf());       // so little that its mean is 0 counts 0
        var terms = (p * (log - marginal)).masked_fill(none, 0);   // [n, C]
        return terms.sum(-1).mean().exp().item<double>();
    }
}

/// <summary>MT19937 as numpy's RandomState seeds and shuffles with it, so that its permutations come out the same.</summary>
internal sealed class MersenneTwister
{
    private const int Length = 624;
    private readonly uint[] _state = new uint[Length];
    private int _next = Length;

    /// <summary>Starts the generator, as RandomState(seed) does.</summary>
    public MersenneTwister(uint seed)
    {
        for (var i = 0; i < Length; i++)
        {
            _state[i] = seed;
            seed = (1812433253u * (seed ^ (seed >> 30))) + (uint)i + 1u;
        }
    }

    /// <summary>The next 32 random bits.</summary>
    public uint Next()
    {
        if (_next == Length) Refill();
        var y = _state[_next++];
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c5680u;
        y ^= (y << 15) & 0xefc60000u;
        return y ^ (y >> 18);
    }

    /// <summary>The numbers 0 to <paramref name="count"/> − 1 in random order, as RandomState.permutation gives them.</summary>
    public int[] Permutation(int count)
    {
        var items = Enumerable.Range(0, count).ToArray();
        for (var i = count - 1; i > 0; i--)
        {
            var j = UpTo((uint)i);
            (items[i], items[j]) = (items[j], items[i]);
        }
        return items;
    }

    // Uniform in [0, max]: draws of just enough bits, those above max thrown away.
    private uint UpTo(uint max)
    {
        var mask = System.Numerics.BitOperations.RoundUpToPowerOf2(max + 1) - 1;
        uint value;
        do value = Next() & mask;
        while (value > max);
        return value;
    }

    private void Refill()
    {
        for (var i = 0; i < Length; i++)
        {
            var y = (_state[i] & 0x80000000u) | (_state[(i + 1) % Length] & 0x7fffffffu);
            _state[i] = _state[(i + 397) % Length] ^ (y >> 1) ^ ((y & 1) * 0x9908b0dfu);
        }
        _next = 0;
    }
}
