using Tango2.Mini.Foley;
using Tango2.Tensors;

namespace Tango2.Mini.Lab;

/// <summary>What networks learn from: many clips of the sound world.</summary>
internal static class Corpus
{
    private const int Part = 128;

    /// <summary>The data on a device; what was elsewhere is freed.</summary>
    public static Tensor To(this Tensor data, Device device)
    {
        if (data.device_type == device.type) return data;
        using (data) return data.to(device);
    }

    /// <summary>A transform of all waveforms, in parts so that memory stays small; concatenated along B.</summary>
    public static Tensor Map(IReadOnlyList<FoleyClip> clips, Func<Tensor, Tensor> transform)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var parts = new List<Tensor>();
        foreach (var part in clips.Chunk(Part))
        {
            using var inner = NewDisposeScope();
            parts.Add(transform(FoleyWorld.Waveforms(part)).MoveToOuterDisposeScope());
        }
        return cat(parts).MoveToOuterDisposeScope();
    }

    /// <summary>The rows that step <paramref name="step"/> trains on: shuffled anew each epoch, by seed alone.</summary>
    public static int[] Batch(long seed, string stage, int step, int batch, int count)
    {
        var first = (long)step * batch;
        var rows = new int[batch];
        int[]? order = null;
        var epoch = -1L;
        for (var i = 0; i < batch; i++)
        {
            var at = first + i;
            if (at / count != epoch)
            {
                epoch = at / count;
                order = [.. Enumerable.Range(0, count)];
                Seeds.Random(seed, $"{stage}/order", epoch).Shuffle(order);
            }
            rows[i] = order![at % count];
        }
        return rows;
    }
}
