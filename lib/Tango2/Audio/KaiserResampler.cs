// Numerics of resampy.resample (v0.4.2) with its filter kaiser_best, which librosa 0.9.2 resamples with, written from its
// method: a table of a Kaiser-windowed sinc is read at each output's place, linearly between its entries.
namespace Tango2.Audio;

/// <summary>Changes the sample rate as CLAP, VGGish and the grounding model of the reference hear files of other rates.</summary>
/// <remarks>
/// Beside <see cref="Resampler"/>, whose numbers are torchaudio's. When the rate falls, the table is read in whole steps,
/// ⌊8192·to/from⌋, so that the filter is a little wider than it should be; that too is the reference's.
/// </remarks>
internal static class KaiserResampler
{
    private const int Zeros = 50, Precision = 8192; // zero crossings on each side, entries between two of them
    private const double Beta = 12.9846, Rolloff = 0.917347; // as resampy's documentation has them; its own table has more digits

    private static readonly Lazy<double[]> Wing = new(MakeWing);

    /// <summary>⌊N·to/from⌋ samples.</summary>
    /// <remarks>Places and sums are rounded as the reference rounds them, so that few samples differ when 16 bits are made of them.</remarks>
    /// <param name="samples">N samples.</param>
    /// <param name="from">The rate that they have, Hz.</param>
    /// <param name="to">The rate wanted, Hz.</param>
    public static float[] Resample(float[] samples, int from, int to)
    {
        if (from == to) return samples;
        var ratio = (double)to / from;
        var (scale, interval, wing) = (Math.Min(1, ratio), 1 / ratio, Wing.Value);
        if (ratio < 1) wing = [.. wing.Select(entry => ratio * entry)];
        var step = Math.Max(1, (int)(scale * Precision));
        var resampled = new float[(int)(samples.Length * (double)to / from)];
        Parallel.For(0, resampled.Length, place =>
        {
            var time = place * interval;
            var (nearest, sum) = ((int)time, 0f);
            var left = scale * (time - nearest);
            Side(left, nearest, Math.Min(nearest + 1, samples.Length), -1);
            Side(scale - left, nearest + 1, samples.Length - nearest - 1, 1);
            resampled[place] = sum;

            void Side(double start, int at, int most, int direction)
            {
                var first = start * Precision;
                var offset = (int)first;
                var (between, count) = (first - offset, Math.Min(most, (wing.Length - offset) / step));
                for (var i = 0; i < count; i++)
                {
                    var entry = offset + (i * step);
                    var next = entry + 1 < wing.Length ? wing[entry + 1] : wing[entry];
                    sum = (float)(sum + ((wing[entry] + (between * (next - wing[entry]))) * samples[at + (i * direction)]));
                }
            }
        });
        return resampled;
    }

    /// <summary>⌈N·to/from⌉ samples, the last a 0 where there are no more: librosa's length.</summary>
    /// <remarks>Rounded up as librosa does it, in double precision, where a whole number may get one more.</remarks>
    /// <inheritdoc cref="Resample"/>
    public static float[] ResampleToCeiling(float[] samples, int from, int to)
    {
        if (from == to) return samples;
        var resampled = Resample(samples, from, to);
        Array.Resize(ref resampled, (int)Math.Ceiling(samples.Length * ((double)to / from)));
        return resampled;
    }

    /// <summary>rolloff·sinc(rolloff·x)·kaiser(x), from the middle to the right end.</summary>
    private static double[] MakeWing()
    {
        var wing = new double[(Zeros * Precision) + 1];
        var whole = Bessel(Beta);
        Parallel.For(0, wing.Length, i =>
        {
            var share = (double)i / (wing.Length - 1);
            var angle = Math.PI * Rolloff * share * Zeros;
            var sinc = i == 0 ? 1 : Math.Sin(angle) / angle;
            wing[i] = Rolloff * sinc * Bessel(Beta * Math.Sqrt(Math.Max(0, 1 - (share * share)))) / whole;
        });
        return wing;
    }

    /// <summary>I₀(x), the modified Bessel function of order 0, by its series.</summary>
    private static double Bessel(double x)
    {
        var (sum, term) = (1.0, 1.0);
        for (var k = 1; term > sum * 1e-17; k++)
        {
            term *= x / (2 * k) * (x / (2 * k));
            sum += term;
        }
        return sum;
    }
}
