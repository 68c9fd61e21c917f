// The decoding of AudioTime's STEAM tool, from its description.
using Tango2.Tensors;

namespace Tango2.Metrics;

/// <summary>Turns a sound's probability per frame into the regions in which it is heard.</summary>
internal sealed record GroundingDecoder
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
    /// <exception cref="ArgumentException">A probability is not in [0, 1]; the message names its frame.</exception>
    /// <exception cref="InvalidOperationException">A setting is out of its range.</exception>
    public IReadOnlyList<EventRegion> Decode(IReadOnlyList<float> probabilities) => Decode(probabilities, "");

    /// <summary>The same for every label of every clip: [clip][label] → regions in order.</summary>
    /// <param name="probabilities">[B, Q, T], in [0, 1].</param>
    /// <param name="numbers">What errors call the clips; null numbers them from 0.</param>
    /// <exception cref="ArgumentException">A probability is not in [0, 1]; the message names clip, label and frame.</exception>
    /// <exception cref="InvalidOperationException">A setting is out of its range.</exception>
    public IReadOnlyList<IReadOnlyList<EventRegion>>[] DecodeAll(
        Tensor probabilities, IReadOnlyList<int>? numbers = null)
    {
        Shape.Check(probabilities, "B, Q, T");
        if (numbers is not null && numbers.Count != probabilities.shape[0])
            throw new ArgumentException(
                $"There must be one number for each of {probabilities.shape[0]} clips, but there are {numbers.Count}.");
        if (probabilities.numel() == 0) return [.. Enumerable.Range(0, (int)probabilities.shape[0]).Select(_ =>
            (IReadOnlyList<IReadOnlyList<EventRegion>>)[.. Enumerable.Repeat<IReadOnlyList<EventRegion>>([], (int)probabilities.shape[1])])];
        using var scope = NewDisposeScope();
        var values = probabilities.detach().to(float32).cpu().contiguous().data<float>().ToArray();
        var (clips, labels, frames) = (
            (int)probabilities.shape[0], (int)probabilities.shape[1], (int)probabilities.shape[2]);
        return [.. Enumerable.Range(0, clips).Select(clip => Enumerable.Range(0, labels).Select(label => Decode(
            new ArraySegment<float>(values, ((clip * labels) + label) * frames, frames),
            $"clip {numbers?[clip] ?? clip}, label {label}, ")).ToArray())];
    }

    private List<EventRegion> Decode(IReadOnlyList<float> probabilities, string where)
    {
        CheckSettings();
        for (var frame = 0; frame < probabilities.Count; frame++)
            if (probabilities[frame] is not (>= 0 and <= 1))
                throw new ArgumentException($"A probability must be in [0, 1], but at {where}frame {frame} it is "
                    + $"{Finite.Show(probabilities[frame])}.");
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

    private void CheckSettings()
    {
        if (MedianWidth < 1 || MedianWidth % 2 == 0)
            throw new InvalidOperationException($"MedianWidth must be odd and at least 1, but is {MedianWidth}.");
        if (Threshold is not (>= 0 and <= 1))
            throw new InvalidOperationException($"Threshold must be in [0, 1], but is {Finite.Show(Threshold)}.");
        if (MergeGap is not (>= 0 and < double.PositiveInfinity))
            throw new InvalidOperationException($"MergeGap must be 0 s or more, but is {Finite.Show(MergeGap)}.");
        if (FrameSeconds is not (> 0 and < double.PositiveInfinity))
            throw new InvalidOperationException($"FrameSeconds must be above 0 s, but is {Finite.Show(FrameSeconds)}.");
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

    // At the edges the window repeats the frames it has, mirrored. Counting from running sums, any width costs the same.
    private bool[] Median(bool[] active)
    {
        if (MedianWidth == 1 || active.Length == 0) return active;
        bool[] period = [.. active, .. active.Reverse()];
        var before = new long[period.Length + 1];
        for (var i = 0; i < period.Length; i++) before[i + 1] = before[i] + (period[i] ? 1 : 0);
        long half = MedianWidth / 2;
        return [.. active.Select((_, i) => 2 * (Before(i + half + 1) - Before(i - half)) > MedianWidth)];

        long Before(long frame)
        {
            var (periods, rest) = Math.DivRem(frame, period.Length);
            if (rest < 0) (periods, rest) = (periods - 1, rest + period.Length);
            return (periods * before[^1]) + before[rest];
        }
    }
}
