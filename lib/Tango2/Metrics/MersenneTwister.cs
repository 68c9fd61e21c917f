namespace Tango2.Metrics;

/// <summary>MT19937 as numpy's RandomState seeds and shuffles with it, so that its permutations come out the same.</summary>
public sealed class MersenneTwister
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
