using Tango2.Foley;
using Tango2.Tensors;

namespace Tango2.Lab;

/// <summary>Many clips of the sound world with their sound, in memory.</summary>
public static class Corpus
{
    /// <summary>The waveforms of clips, [B, N] at 16 kHz.</summary>
    public static Tensor Waveforms(IReadOnlyList<FoleyClip> clips)
    {
        var rendered = new float[clips.Count][];
        Parallel.For(0, clips.Count, i => rendered[i] = clips[i].Render());
        var samples = rendered[0].Length;
        var flat = new float[(long)clips.Count * samples];
        for (var i = 0; i < rendered.Length; i++) rendered[i].CopyTo(flat.AsSpan(i * samples));
        return tensor(flat).reshape(clips.Count, samples);
    }

    /// <summary>A transform of all waveforms, in chunks so that memory stays small; concatenated along B.</summary>
    public static Tensor Map(IReadOnlyList<FoleyClip> clips, Func<Tensor, Tensor> transform, int chunk = 128)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var parts = new List<Tensor>();
        foreach (var part in clips.Chunk(chunk))
        {
            using var inner = NewDisposeScope();
            parts.Add(transform(Waveforms(part)).MoveToOuterDisposeScope());
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
