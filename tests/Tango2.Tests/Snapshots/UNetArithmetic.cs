using System.Diagnostics;
using Tango2.Models;
using Tango2.Pipelines;

namespace Tango2.Tests.Snapshots;

/// <summary>Floating-point operations of one call of the denoiser, from the shapes of its weights; and what a machine can do.</summary>
internal static class UNetArithmetic
{
    /// <summary>Multiplications and additions of convolutions, matrix products and attentions; all else is left out.</summary>
    /// <param name="shapes">The weights by name.</param>
    /// <param name="config">The denoiser.</param>
    /// <param name="latents">Rows, time and frequency of the latents.</param>
    /// <param name="tokens">Of the text.</param>
    public static double OfCall(
        IReadOnlyDictionary<string, long[]> shapes, UNet2DConditionConfig config, (long Rows, long Time, long Frequency) latents, long tokens)
    {
        var levels = config.BlockOutChannels.Count;
        long Pixels(int level) => (latents.Time >> level) * (latents.Frequency >> level);
        double OfOne(string key, long[] shape)
        {
            var pixels = Pixels(LevelOf(key, levels));
            var each = key.Contains("time_emb", StringComparison.Ordinal) ? 1 : IsOfText(key) ? tokens : pixels;
            var attention = !key.EndsWith("to_q.weight", StringComparison.Ordinal) ? 0
                : 2.0 * pixels * (key.Contains("attn1", StringComparison.Ordinal) ? pixels : tokens) * shape[0]; // and as much again, of values
            return 2 * (shape.Aggregate(1.0, (all, n) => all * n) * each + attention);
        }
        return latents.Rows * shapes.Where(w => w.Value.Length > 1).Sum(w => OfOne(w.Key, w.Value));
    }

    /// <summary>Operations a second of a product of two square matrices: the best of some sizes.</summary>
    /// <remarks>Without instructions for the type a product takes minutes; larger ones are not tried where smaller ones take long.</remarks>
    /// <param name="type">Of the numbers.</param>
    /// <param name="device">Where they are multiplied; a GPU has larger ones.</param>
    public static double MatrixPeak(ScalarType type, Device device)
    {
        const int Tries = 5;
        var largest = device.type == DeviceType.CPU ? 2048 : 8192;
        const double LongSeconds = 0.2;
        using var noGrad = no_grad();
        var best = 0.0;
        for (var size = 256; size <= largest; size *= 2)
        {
            using var scope = NewDisposeScope();
            var (a, b) = (randn(size, size, dtype: type, device: device), randn(size, size, dtype: type, device: device));
            var seconds = Enumerable.Range(0, Tries).Min(_ => Seconds(device, () => matmul(a, b)));
            best = Math.Max(best, 2.0 * size * size * size / seconds);
            if (seconds > LongSeconds) break;
        }
        return best;
    }

    private static double Seconds(Device device, Func<Tensor> compute)
    {
        Devices.Wait(device);
        var clock = Stopwatch.StartNew();
        using var result = compute();
        Devices.Wait(device);
        return clock.Elapsed.TotalSeconds;
    }

    private static bool IsOfText(string key) =>
        key.Contains("attn2.to_k", StringComparison.Ordinal) || key.Contains("attn2.to_v", StringComparison.Ordinal);

    /// <summary>The level at which a weight is used, 0 the finest.</summary>
    private static int LevelOf(string key, int levels)
    {
        var parts = key.Split('.');
        var level = parts[0] switch
        {
            "down_blocks" => int.Parse(parts[1]),
            "mid_block" => levels - 1,
            "up_blocks" => levels - 1 - int.Parse(parts[1]),
            _ => 0,
        };
        return parts.Contains("downsamplers") ? level + 1 : parts.Contains("upsamplers") ? level - 1 : level;
    }
}
