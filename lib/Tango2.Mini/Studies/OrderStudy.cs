using Tango2.Foley;
using Tango2.Metrics;
using Tango2.Pipelines;
using Tango2.Tensors;

namespace Tango2.Studies;

/// <summary>Does a model keep to "a, then b"? Prompts in both orders, and what the detector hears.</summary>
public static class OrderStudy
{
    /// <summary>Both orders of each pair: prompts 2i and 2i + 1 have the same sounds.</summary>
    /// <param name="pairs">Pairs of different sounds, none of them held out for the test.</param>
    /// <param name="seed">Draws the pairs.</param>
    public static IReadOnlyList<OrderedPrompt> Prompts(int pairs, long seed)
    {
        OrderedPrompt[] all =
        [
            .. from first in SoundEvents.All
               from second in SoundEvents.All
               where first.Index < second.Index && !HeldOutPairs.Contains(first, second)
               select new OrderedPrompt(first, second),
        ];
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(pairs);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(pairs, all.Length);
        Seeds.Random(seed, "order prompts").Shuffle(all);
        return [.. all.Take(pairs).SelectMany(p => new[] { p, p.Reversed })];
    }

    /// <summary>The outcome of clips by STEAM's rule, with the detector as the ear.</summary>
    /// <param name="heard">[clip][sound index] → regions.</param>
    /// <param name="prompts">One for each clip.</param>
    public static OrderOutcome Judge(
        IReadOnlyList<IReadOnlyList<IReadOnlyList<EventRegion>>> heard, IReadOnlyList<OrderedPrompt> prompts)
    {
        if (heard.Count != prompts.Count)
            throw new ArgumentException($"Each prompt needs a clip: {prompts.Count} prompts, {heard.Count} clips.");
        return new([.. prompts.Select((prompt, i) => OrderErrorRate.Error(new(prompt.Text,
        [
            // Only the order of the references counts, so any times that are in order will do.
            new(prompt.First.Key, [new(0, 1)], heard[i][prompt.First.Index]),
            new(prompt.Second.Key, [new(1, 2)], heard[i][prompt.Second.Index]),
        ])))]);
    }

    /// <summary>The outcome of clips [B, N].</summary>
    public static OrderOutcome Judge(SceneDetector detector, Tensor waveforms, IReadOnlyList<OrderedPrompt> prompts) =>
        Judge(detector.Regions(waveforms), prompts);
}
