using Tango2.Mini.Foley;

namespace Tango2.Tests.Mini.Foley;

/// <summary>Band energies of a sound, for tests only: 32 mel-spaced bands from 100 to 7,000 Hz, frames of 20 ms.</summary>
internal static class Spectra
{
    private const int Size = 512, Hop = 320, Bands = 32;
    private static readonly int[] Edges = MakeEdges();

    /// <summary>Log energies [T, 32].</summary>
    public static float[,] Bandwise(float[] samples)
    {
        var frames = Math.Max(1, (samples.Length - Size) / Hop);
        var result = new float[frames, Bands];
        var (re, im) = (new double[Size], new double[Size]);
        for (var t = 0; t < frames; t++)
        {
            for (var i = 0; i < Size; i++)
            {
                var at = (t * Hop) + i;
                re[i] = at < samples.Length ? samples[at] * (0.5 - (0.5 * Math.Cos(2 * Math.PI * i / Size))) : 0;
                im[i] = 0;
            }
            Fft(re, im);
            for (var band = 0; band < Bands; band++)
            {
                double energy = 1e-4;
                for (var k = Edges[band]; k < Math.Max(Edges[band] + 1, Edges[band + 1]); k++)
                {
                    energy += (re[k] * re[k]) + (im[k] * im[k]);
                }
                result[t, band] = (float)Math.Log(energy);
            }
        }
        return result;
    }

    /// <summary>Of each band the mean, spread and mean change over the frames that are not silent: [96].</summary>
    public static double[] Summary(float[] samples)
    {
        var bands = Bandwise(samples);
        var loud = Enumerable.Range(0, bands.GetLength(0))
            .Where(t => Enumerable.Range(0, Bands).Max(band => bands[t, band]) > -3).ToArray();
        var summary = new double[3 * Bands];
        for (var band = 0; band < Bands; band++)
        {
            var values = loud.Select(t => (double)bands[t, band]).ToArray();
            var mean = values.Average();
            summary[band] = mean;
            summary[Bands + band] = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
            summary[(2 * Bands) + band] = values.Length < 2 ? 0
                : values.Zip(values.Skip(1), (a, b) => Math.Abs(a - b)).Average();
        }
        return summary;
    }

    /// <summary>Share of the energy between two frequencies in Hz.</summary>
    public static double Share(float[] samples, double low, double high)
    {
        double inside = 0, all = 1e-12;
        var (re, im) = (new double[65536], new double[65536]);
        for (var i = 0; i < samples.Length; i++)
        {
            re[i] = samples[i];
        }
        Fft(re, im);
        for (var k = 1; k < re.Length / 2; k++)
        {
            var energy = (re[k] * re[k]) + (im[k] * im[k]);
            var hertz = (double)k * FoleyWorld.SampleRate / re.Length;
            all += energy;
            inside += hertz >= low && hertz <= high ? energy : 0;
        }
        return inside / all;
    }

    private static int[] MakeEdges()
    {
        static double Mel(double hertz) => 1127 * Math.Log(1 + (hertz / 700));
        var (low, high) = (Mel(100), Mel(7000));
        return [.. Enumerable.Range(0, Bands + 1).Select(i =>
            (int)Math.Round(700 * (Math.Exp((low + ((high - low) * i / Bands)) / 1127) - 1) * Size / FoleyWorld.SampleRate))];
    }

    private static void Fft(double[] re, double[] im)
    {
        var n = re.Length;
        for (int i = 1, j = 0; i < n; i++)
        {
            var bit = n >> 1;
            for (; (j & bit) != 0; bit >>= 1)
            {
                j ^= bit;
            }
            j ^= bit;
            if (i < j)
            {
                (re[i], re[j]) = (re[j], re[i]);
                (im[i], im[j]) = (im[j], im[i]);
            }
        }
        for (var length = 2; length <= n; length <<= 1)
        {
            for (var k = 0; k < length / 2; k++)
            {
                var (sin, cos) = Math.SinCos(-2 * Math.PI * k / length);
                for (var i = k; i < n; i += length)
                {
                    var j = i + (length / 2);
                    var (r, m) = ((re[j] * cos) - (im[j] * sin), (re[j] * sin) + (im[j] * cos));
                    (re[j], im[j]) = (re[i] - r, im[i] - m);
                    (re[i], im[i]) = (re[i] + r, im[i] + m);
                }
            }
        }
    }
}
