namespace Tango2.Mini.Foley;

/// <summary>White noise in [−1, 1), by xorshift.</summary>
internal struct Noise(Random random)
{
    private uint _state = (uint)random.Next(1, int.MaxValue);

    public float Next()
    {
        _state ^= _state << 13;
        _state ^= _state >> 17;
        _state ^= _state << 5;
        return (int)_state * (1f / 2147483648f);
    }

    /// <summary>True with the given probability.</summary>
    public bool Chance(double probability) => (Next() * 0.5f) + 0.5f < probability;
}
