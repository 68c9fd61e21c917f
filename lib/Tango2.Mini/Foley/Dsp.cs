namespace Tango2.Mini.Foley;

/// <summary>The few tools that all voices are made of; at 16 kHz.</summary>
internal static class Dsp
{
    public const int Rate = 16000;

    private const int TableSize = 4096;
    private static readonly float[] Table = MakeTable();

    /// <summary>The sine of a phase in cycles, by table.</summary>
    public static float Sine(double cycles)
    {
        var x = (cycles - Math.Floor(cycles)) * TableSize;
        var i = (int)x;
        return Table[i] + ((float)(x - i) * (Table[i + 1] - Table[i]));
    }

    public static double Between(this Random random, double low, double high) =>
        low + ((high - low) * random.NextDouble());

    /// <summary>Factor that lets a value fall to 1/1000 in the given time.</summary>
    public static float Decay(double seconds) => (float)Math.Pow(1e-3, 1 / (seconds * Rate));

    /// <summary>Rounds both ends off, so that no stroke clicks.</summary>
    public static float[] Fade(float[] samples, double attack, double release)
    {
        var rise = Math.Min((int)(attack * Rate), samples.Length / 2);
        var fall = Math.Min((int)(release * Rate), samples.Length / 2);
        for (var i = 0; i < rise; i++)
        {
            samples[i] *= 0.5f - (0.5f * Sine((0.5 * i / rise) + 0.25));
        }
        for (var i = 0; i < fall; i++)
        {
            samples[^(i + 1)] *= 0.5f - (0.5f * Sine((0.5 * i / fall) + 0.25));
        }
        return samples;
    }

    /// <summary>Brings a stroke to a common loudness, between equal power and equal peak.</summary>
    public static float[] Level(float[] samples)
    {
        float peak = 0;
        double power = 0;
        foreach (var sample in samples)
        {
            peak = Math.Max(peak, Math.Abs(sample));
            power += sample * sample;
        }
        var size = Math.Max(2.5 * Math.Sqrt(power / Math.Max(1, samples.Length)), 0.6 * peak);
        var scale = (float)(0.5 / Math.Max(size, 1e-9));
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] *= scale;
        }
        return samples;
    }

    private static float[] MakeTable()
    {
        var table = new float[TableSize + 1];
        for (var i = 0; i <= TableSize; i++)
        {
            table[i] = (float)Math.Sin(2 * Math.PI * i / TableSize);
        }
        return table;
    }
}

/// <summary>A second-order filter (the well-known cookbook forms).</summary>
internal struct Biquad
{
    private float _b0, _b1, _b2, _a1, _a2, _z1, _z2;

    public static Biquad Bandpass(double hertz, double q)
    {
        var filter = new Biquad();
        filter.TuneBandpass(hertz, q);
        return filter;
    }

    public static Biquad Lowpass(double hertz, double q = 0.707)
    {
        var (sin, cos) = Math.SinCos(2 * Math.PI * hertz / Dsp.Rate);
        var filter = new Biquad();
        filter.Set((1 - cos) / 2, 1 - cos, (1 - cos) / 2, sin / (2 * q), cos);
        return filter;
    }

    public static Biquad Highpass(double hertz, double q = 0.707)
    {
        var (sin, cos) = Math.SinCos(2 * Math.PI * hertz / Dsp.Rate);
        var filter = new Biquad();
        filter.Set((1 + cos) / 2, -(1 + cos), (1 + cos) / 2, sin / (2 * q), cos);
        return filter;
    }

    /// <summary>Moves a band-pass and keeps what rings in it.</summary>
    public void TuneBandpass(double hertz, double q)
    {
        var angle = 2 * Math.PI * Math.Clamp(hertz, 20, 0.48 * Dsp.Rate) / Dsp.Rate;
        var (sin, cos) = Math.SinCos(angle);
        var alpha = sin / (2 * q);
        Set(alpha, 0, -alpha, alpha, cos);
    }

    public float Next(float x)
    {
        var y = (_b0 * x) + _z1;
        _z1 = (_b1 * x) - (_a1 * y) + _z2;
        _z2 = (_b2 * x) - (_a2 * y);
        return y;
    }

    private void Set(double b0, double b1, double b2, double alpha, double cos)
    {
        var a0 = 1 + alpha;
        (_b0, _b1, _b2) = ((float)(b0 / a0), (float)(b1 / a0), (float)(b2 / a0));
        (_a1, _a2) = ((float)(-2 * cos / a0), (float)((1 - alpha) / a0));
    }
}

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
