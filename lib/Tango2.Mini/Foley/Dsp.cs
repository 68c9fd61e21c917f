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
