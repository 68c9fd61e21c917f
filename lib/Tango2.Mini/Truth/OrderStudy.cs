using Tango2.Display;
using Tango2.Metrics;
using Tango2.Mini.Foley;
using Tango2.Tensors;

namespace Tango2.Mini.Truth;

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

    /// <summary>
    /// OER of the prompts of two sounds in sequence, apart for pairs that training has, in both orders, and for those that
    /// it never has together.
    /// </summary>
    /// <param name="set">The prompts.</param>
    /// <param name="seed">Of the bootstrap.</param>
    /// <param name="before">What was heard of the base.</param>
    /// <param name="after">What was heard of the aligned model.</param>
    /// <param name="names">What the columns of the two are called.</param>
    /// <exception cref="ArgumentException">There is not one caption for each prompt.</exception>
    public static Table Orders(
        EvaluationSet set, long seed, IReadOnlyList<TemporalCaption> before, IReadOnlyList<TemporalCaption> after,
        (string Before, string After)? names = null)
    {
        if (before.Count != set.Clips.Count || after.Count != set.Clips.Count)
            throw new ArgumentException($"There must be one caption for each of {set.Clips.Count} prompts, but there are "
                + $"{before.Count} and {after.Count}.");
        var (first, second) = names ?? ("base", "aligned");
        var table = new Table("OER of two sounds in sequence",
            "heard together", "prompts", first, second, "change, 95 % interval");
        var pairs = Enumerable.Range(0, set.Clips.Count)
            .Where(i => set.Clips[i].Scene is { Structure: SceneStructure.Sequence, Events.Count: 2 })
            .ToLookup(i => HeldOutPairs.Contains(set.Clips[i].Scene.Events[0].Event, set.Clips[i].Scene.Events[1].Event));
        foreach (var (name, heldOut) in new[] { ("in training", false), ("only in the test", true) })
        {
            Score Of(IReadOnlyList<TemporalCaption> heard) =>
                OrderErrorRate.Of([.. pairs[heldOut].Select(i => heard[i])]);
            if (pairs[heldOut].Any())
                table.Add(name, pairs[heldOut].Count(), Of(before).Value, Of(after).Value,
                    Bootstrap.Difference(Of(before), Of(after), seed));
        }
        return table;
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

/// <summary>What became of the order of each prompt.</summary>
/// <param name="Errors">One for each clip.</param>
public sealed record OrderOutcome(IReadOnlyList<OrderError> Errors)
{
    /// <summary>Clips with one outcome.</summary>
    public int Count(OrderError error) => Errors.Count(e => e == error);

    /// <summary>The share that is not as asked: STEAM's OER, in [0, 1]; NaN where there are no clips.</summary>
    public double ErrorRate => 1 - (double)Count(OrderError.None) / Errors.Count;

    /// <summary>Of the clips in which both sounds are heard, the share in the asked order; NaN where there are none.</summary>
    public double RightOfHeard => (double)Count(OrderError.None) / (Errors.Count - Count(OrderError.NotDetected));

    /// <summary>An outcome in words: <see cref="OrderError.None"/> is "right".</summary>
    public static string Label(OrderError error) => error switch
    {
        OrderError.None => "right",
        OrderError.NotDetected => "a sound not heard",
        OrderError.WrongOrder => "wrong order",
        OrderError.Overlap => "overlap",
        _ => throw new ArgumentOutOfRangeException(nameof(error), error, "There is no such outcome."),
    };

    /// <summary>How many clips had each outcome.</summary>
    /// <param name="title">Above the figure.</param>
    public Figure Bars(string title) => Figures.Bars(
        title, "clips", [.. Enum.GetValues<OrderError>().Select(error => (Label(error), (double)Count(error)))]);
}

/// <summary>A prompt of two sounds, one after the other.</summary>
/// <param name="First">What should be heard first.</param>
/// <param name="Second">What should be heard after it.</param>
public sealed record OrderedPrompt(SoundEvent First, SoundEvent Second)
{
    /// <summary>The plainest wording: "a dog barks, then a bell rings".</summary>
    public string Text => $"{First.Phrases.Clauses[0]}, then {Second.Phrases.Clauses[0]}";

    /// <summary>The same sounds the other way round.</summary>
    public OrderedPrompt Reversed => new(Second, First);
}
