// The decoding of AudioTime's STEAM tool, from its description.
using Tango2.Tensors;

namespace Tango2.Metrics;

/// <summary>Turns a sound's probability per frame into the regions in which it is heard.</summary>
public sealed record GroundingDecoder
{
    /// <summary>The settings of the STEAM evaluation.</summary>
    public static GroundingDecoder Steam { get; } = new();

    /// <summary>A frame is active when its probability is above this; in [0, 1].</summary>
    public double Threshold { get; init; } = 0.4;

    /// <summary>Frames of the median filter over active and inactive, odd; 1 changes nothing.</summary>
    public int MedianWidth { get; init; } = 1;

    /// <summary>A region that starts less than this many seconds after the last one ended belongs to it.</summary>
    public double MergeGap { get; init; } = 0.2;

    /// <summary>Seconds per frame.</summary>
    public double FrameSeconds { get; init; } = 0.04;

    /// <summary>The regions in which the sound is heard, in order.</summary>
    /// <param name="probabilities">[T], in [0, 1].</param>
    public IReadOnlyList<EventRegion> Decode(IReadOnlyList<float> probabilities)
    {
        if (MedianWidth < 1 || MedianWidth % 2 == 0)
            throw new InvalidOperationException($"MedianWidth must be odd and at least 1, but is {MedianWidth}.");
        var active = Median([.. probabilities.Select(p => p > (float)Threshold)]);
        var regions = new List<EventRegion>();
        for (var start = 0; start < active.Length; start++)
        {
            if (!active[start]) continue;
            var end = start + 1;
            while (end < active.Length && active[end]) end++;
            Add(regions, new(Seconds(start), Seconds(end)));
            start = end;
        }
        return regions;
    }

    /// <summary>The same for every label of every clip: [clip][label] → regions in order.</summary>
    /// <param name="probabilities">[B, Q, T], in [0, 1].</param>
    public IReadOnlyList<IReadOnlyList<EventRegion>>[] DecodeAll(Tensor probabilities)
    {
        Shape.Check(probabilities, "B, Q, T");
        using var values = probabilities.contiguous();
        var heard = values.data<float>().ToArray().Chunk((int)probabilities.shape[2]).Select(Decode);
        return [.. heard.Chunk((int)probabilities.shape[1])];
    }

    private void Add(List<EventRegion> regions, EventRegion region)
    {
        if (regions.Count > 0 && region.Onset - regions[^1].Offset < MergeGap)
            regions[^1] = regions[^1] with { Offset = region.Offset };
        else
            regions.Add(region);
    }

    // Times carry two decimals, as in the tool; the merge compares the rounded ones. Python rounds the binary number
    // itself: 2 · 0.0125 is a little more than 0.025 and becomes 0.03; only a true half, as 0.125, goes to the even one.
    private double Seconds(int frame)
    {
        var seconds = frame * FrameSeconds;
        var hundredths = Math.Floor(100 * seconds);
        var overHalf = Math.FusedMultiplyAdd(100, seconds, -(hundredths + 0.5)); // of the exact product, so its sign is
        return (overHalf > 0 || (overHalf == 0 && hundredths % 2 == 1) ? hundredths + 1 : hundredths) / 100;
    }

    // At the edges the window repeats the frames it has, mirrored.
    private bool[] Median(bool[] active) =>
        [.. active.Select((_, i) => 2 * Enumerable.Range(i - (MedianWidth / 2), MedianWidth)
            .Count(j => active[Mirror(j, active.Length)]) > MedianWidth)];

    private static int Mirror(int index, int length)
    {
        var place = ((index % (2 * length)) + (2 * length)) % (2 * length);
        return place < length ? place : (2 * length) - 1 - place;
    }
}
