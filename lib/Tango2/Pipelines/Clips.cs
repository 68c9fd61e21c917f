using Tango2.Audio;
using Tango2.Tensors;

namespace Tango2.Pipelines;

/// <summary>What every listener asks of clips before it listens, and how it takes many.</summary>
internal static class Clips
{
    /// <summary>Refuses samples that are NaN or infinite.</summary>
    /// <param name="waveforms">[B, N], B and N at least 1.</param>
    /// <exception cref="ArgumentException">The shape is another, or a sample is not finite; the message names the clip.</exception>
    public static void CheckFinite(Tensor waveforms)
    {
        Shape.Check(waveforms, "B, N");
        if (waveforms.numel() == 0)
            throw new ArgumentException(
                $"waveforms must hold at least one clip with sound, but is [{string.Join(", ", waveforms.shape)}].");
        Finite.Check(waveforms, nameof(waveforms), ["clip", "sample"]);
    }

    /// <summary>Refuses a list that has not one entry for each clip, which tensors would stretch or cut without a word.</summary>
    /// <param name="waveforms">[B, N].</param>
    /// <param name="count">Entries in the list.</param>
    /// <param name="entries">What they are, such as "prompts".</param>
    /// <exception cref="ArgumentException">The numbers differ; the message tells both.</exception>
    public static void CheckCount(Tensor waveforms, int count, string entries)
    {
        Shape.Check(waveforms, "B, N");
        if (waveforms.shape[0] != count)
            throw new ArgumentException(
                $"There must be as many {entries} as clips, but there are {count} for {waveforms.shape[0]} clips.");
    }

    /// <summary>What a function makes of clips, batch by batch so that memory stays small, without gradients.</summary>
    /// <param name="waveforms">[B, N].</param>
    /// <param name="batch">Clips at a time.</param>
    /// <param name="of">[b, N] to [b, …].</param>
    /// <returns>[B, …].</returns>
    public static Tensor InBatches(Tensor waveforms, int batch, Func<Tensor, Tensor> of)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var parts = new List<Tensor>();
        foreach (var part in waveforms.split(batch))
        {
            using var inner = NewDisposeScope();
            parts.Add(of(part).MoveToOuterDisposeScope());
        }
        return cat(parts).MoveToOuterDisposeScope();
    }

    /// <summary>Where a network's weights are, and so where it listens.</summary>
    internal static Device DeviceOf(nn.Module network) => network.parameters().First().device;

    /// <summary>Refuses a clip without samples, or with samples that are NaN or infinite.</summary>
    /// <exception cref="ArgumentException">It is such a clip.</exception>
    internal static void CheckFinite(Waveform clip)
    {
        if (clip.Samples.Length == 0) throw new ArgumentException("A clip must have samples, but has none.");
        if (Array.FindIndex(clip.Samples, sample => !float.IsFinite(sample)) is var place and >= 0)
            throw new ArgumentException($"A clip must be finite, but its sample {place} is {Finite.Show(clip.Samples[place])}.");
    }

    /// <summary>Clips [B, N] at another rate; the very tensor where it is theirs already.</summary>
    /// <param name="waveforms">[B, N].</param>
    /// <param name="from">Their rate, Hz; null where it is the wanted one.</param>
    /// <param name="to">The rate wanted, Hz.</param>
    internal static Tensor At(Tensor waveforms, int? from, int to) =>
        from is null || from == to ? waveforms : Resampler.Resample(waveforms, from.Value, to);
}
