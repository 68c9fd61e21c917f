// Numerics of torchaudio.functional.resample (v0.13.1) with its default arguments, written from the method:
// band-limited interpolation by a Hann-windowed sinc, one filter for each output phase.
using Tango2.Tensors;

namespace Tango2.Audio;

/// <summary>Changes the sample rate by band-limited interpolation.</summary>
public static class Resampler
{
    private const int Zeros = 6;          // Zero crossings of the sinc on each side.
    private const double Rolloff = 0.99;  // Cut-off as a share of the lower Nyquist frequency.

    /// <summary>Resamples one waveform; one that has the rate already is returned as it is.</summary>
    /// <param name="waveform">What to resample.</param>
    /// <param name="sampleRate">The rate wanted, in Hz.</param>
    public static Waveform Resample(Waveform waveform, int sampleRate)
    {
        if (waveform.SampleRate == sampleRate) return waveform;
        using var scope = NewDisposeScope();
        return Waveform.FromTensor(Resample(waveform.ToTensor(), waveform.SampleRate, sampleRate), sampleRate);
    }

    /// <summary>Resamples a batch: [B, N] to [B, ⌈N·to/from⌉].</summary>
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
        var (kernels, width) = Kernels(orig, target);
        var padded = nn.functional.pad(waveform, [width, width + orig]).unsqueeze(1);
        var phases = nn.functional.conv1d(padded, kernels.to(waveform.dtype, waveform.device), stride: orig); // [B, target, ·]
        return phases.transpose(1, 2).flatten(1)[.., ..(int)length].contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>One filter for each of the target's phases: [target, 1, 2·width + orig].</summary>
    private static (Tensor Kernels, int Width) Kernels(int orig, int target)
    {
        var baseRate = Math.Min(orig, target) * Rolloff;
        var width = (int)Math.Ceiling(Zeros * orig / baseRate);
        var taps = arange(-width, width + orig, float32) / orig; // Single precision, as in the reference.
        var phases = arange(0, -target, -1, float32).reshape(-1, 1, 1) / target;
        var t = ((phases + taps) * baseRate).clamp(-Zeros, Zeros);
        var window = (t * (Math.PI / Zeros / 2)).cos().square();
        return (sinc(t) * window * (baseRate / orig), width);
    }
}
