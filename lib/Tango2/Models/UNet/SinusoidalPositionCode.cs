using System.Collections.Concurrent;

namespace Tango2.Models;

/// <summary>A fixed code of each place's time and frequency, for transformers that otherwise see a set of places.</summary>
internal static class SinusoidalPositionCode
{
    // Grids are at most a few hundred places long: a period of 100 gives every channel something to tell there.
    private const double Period = 100;
    private static readonly ConcurrentDictionary<(long, long, long, string, ScalarType), Tensor> Cache = new();

    /// <summary>The first C/2 channels code time, the others frequency: sin and cos of p · 100^(−i / (C/4)).</summary>
    /// <param name="channels">C, a multiple of 4.</param>
    /// <param name="time">T, number of frames.</param>
    /// <param name="frequency">F, number of bins.</param>
    /// <param name="like">Gives device and type.</param>
    /// <returns>[1, T·F, C], the layout of [1, C, T, F] that transformers take. Shared: do not write to or dispose it.</returns>
    public static Tensor Tokens(long channels, long time, long frequency, Tensor like)
    {
        if (channels <= 0 || channels % 4 != 0)
            throw new ArgumentException($"channels must be a positive multiple of 4, but is {channels}.", nameof(channels));
        return Cache.GetOrAdd(
            (channels, time, frequency, like.device.ToString(), like.dtype),
            _ => Build(channels, time, frequency, like.device, like.dtype));
    }

    private static Tensor Build(long channels, long time, long frequency, Device device, ScalarType dtype)
    {
        using var gradients = no_grad();
        using var scope = NewDisposeScope();
        var times = Axis(time, channels / 2).unsqueeze(1).expand(time, frequency, channels / 2);
        var frequencies = Axis(frequency, channels / 2).unsqueeze(0).expand(time, frequency, channels / 2);
        var code = cat([times, frequencies], dim: -1).reshape(1, time * frequency, channels);
        return code.to(dtype, device, copy: true).DetachFromDisposeScope();
    }

    private static Tensor Axis(long length, long channels)
    {
        var half = channels / 2;
        var frequencies = (-Math.Log(Period) / half * arange(half, dtype: float64, device: CPU)).exp();
        var phase = arange(length, dtype: float64, device: CPU).unsqueeze(-1) * frequencies;
        return cat([phase.sin(), phase.cos()], dim: -1); // [length, channels]
    }
}
