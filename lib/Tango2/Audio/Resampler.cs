// Numerics of torchaudio.functional.resample (v0.13.1) with its default arguments, written from the method:
// band-limited interpolation by a Hann-windowed sinc, one filter for each output phase. Where that were too many filters,
// as between rates without a common divisor, those of a few output samples at a time, in double precision.
using Tango2.Tensors;

namespace Tango2.Audio;

/// <summary>Changes the sample rate by band-limited interpolation.</summary>
public static class Resampler
{
    private const int Zeros = 6;          // Zero crossings of the sinc on each side.
    private const double Rolloff = 0.99;  // Cut-off as a share of the lower Nyquist frequency.

    private const long MostFilterTaps = 1 << 20; // of all filters together; 4 MB in single precision

    /// <summary>Resamples one waveform; one that has the rate already is returned as it is.</summary>
    /// <param name="waveform">What to resample; from <see cref="Waveform.LowestRate"/> to <see cref="Waveform.HighestRate"/>.</param>
    /// <param name="sampleRate">The rate wanted, in Hz, in the same range.</param>
    /// <exception cref="ArgumentException">A rate is out of range.</exception>
    public static Waveform Resample(Waveform waveform, int sampleRate)
    {
        if (waveform.SampleRate == sampleRate) return waveform;
        CheckRate(waveform.SampleRate);
        CheckRate(sampleRate);
        using var scope = NewDisposeScope();
        var resampled = Resample(waveform.ToTensor(), waveform.SampleRate, sampleRate);
        return Waveform.FromTensor(resampled, sampleRate) with { FileChannels = waveform.FileChannels };
    }

    /// <summary>Resamples a batch: [B, N] to [B, ⌈N·to/from⌉]. Beside the result it needs a fixed amount of memory.</summary>
    /// <param name="waveform">[B, N], floating point.</param>
    /// <param name="from">The rate it has, in Hz.</param>
    /// <param name="to">The rate wanted, in Hz.</param>
    public static Tensor Resample(Tensor waveform, int from, int to)
    {
        Shape.Check(waveform, "B, N");
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(from);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(to);
        using var scope = NewDisposeScope();
        var divisor = (int)System.Numerics.BigInteger.GreatestCommonDivisor(from, to);
        var (orig, target) = (from / divisor, to / divisor);
        var length = (waveform.shape[1] * target + orig - 1) / orig;
        if (orig == target) return waveform.clone().MoveToOuterDisposeScope();
        var width = Width(orig, target);
        if (target * (2L * width + orig) > MostFilterTaps || length == 0)
            return Direct(waveform, orig, target, length, MostFilterTaps).MoveToOuterDisposeScope();
        var kernels = Kernels(orig, target, width);
        var padded = nn.functional.pad(waveform, [width, width + orig]).unsqueeze(1);
        var phases = nn.functional.conv1d(padded, kernels.to(waveform.dtype, waveform.device), stride: orig); // [B, target, ·]
        return phases.transpose(1, 2).flatten(1)[.., ..(int)length].contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>Each output sample by a filter of its own, computed for as many at a time as <paramref name="most"/> taps hold.</summary>
    internal static Tensor Direct(Tensor waveform, int orig, int target, long length, long most)
    {
        var width = Width(orig, target);
        var taps = arange(-width, width + 2, int64);                                    // [K]
        var padded = nn.functional.pad(waveform, [width, width + 1]);                   // [B, N + 2·width + 1]
        var rows = Math.Max(1, most / (taps.shape[0] * Math.Max(1, waveform.shape[0])));
        var resampled = zeros([waveform.shape[0], length], waveform.dtype, waveform.device);
        for (var first = 0L; first < length; first += rows)
        {
            using var scope = NewDisposeScope();
            var outputs = arange(first, Math.Min(length, first + rows), int64);         // [M]
            var nearest = tensor(Array.ConvertAll(outputs.data<long>().ToArray(), i => i * orig / target));
            var inputs = nearest.unsqueeze(1) + taps;                                   // [M, K]
            var distances = (inputs * target - (outputs * orig).unsqueeze(1)).to(float64) / ((double)orig * target);
            var filters = Filter(distances, orig, target).to(waveform.dtype, waveform.device);
            var heard = padded.index_select(1, (inputs + width).flatten().to(waveform.device));
            resampled.narrow(1, first, outputs.shape[0])
                .copy_((heard.reshape(-1, inputs.shape[0], inputs.shape[1]) * filters).sum(2));
        }
        return resampled;
    }

    /// <summary>One filter for each of the target's phases: [target, 1, 2·width + orig].</summary>
    private static Tensor Kernels(int orig, int target, int width)
    {
        var taps = arange(-width, width + orig, float32) / orig; // Single precision, as in the reference.
        var phases = arange(0, -target, -1, float32).reshape(-1, 1, 1) / target;
        return Filter(phases + taps, orig, target);
    }

    /// <summary>The windowed sinc at distances in units of orig input samples.</summary>
    private static Tensor Filter(Tensor distances, int orig, int target)
    {
        var baseRate = Math.Min(orig, target) * Rolloff;
        var t = (distances * baseRate).clamp(-Zeros, Zeros);
        var window = (t * (Math.PI / Zeros / 2)).cos().square();
        return sinc(t) * window * (baseRate / orig);
    }

    // Input samples on each side that a filter reaches.
    private static int Width(int orig, int target) => (int)Math.Ceiling(Zeros * orig / (Math.Min(orig, target) * Rolloff));

    private static void CheckRate(int rate)
    {
        if (rate is < Waveform.LowestRate or > Waveform.HighestRate)
            throw new ArgumentException(
                $"Sample rates must be {Waveform.LowestRate} to {Waveform.HighestRate} Hz to be resampled, but one is {rate} Hz.");
    }
}
