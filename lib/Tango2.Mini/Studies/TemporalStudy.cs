using Tango2.Display;
using Tango2.Foley;
using Tango2.Lab;
using Tango2.Metrics;

namespace Tango2.Studies;

/// <summary>The four STEAM measures of several systems or listeners under each other.</summary>
public static class TemporalStudy
{
    /// <summary>What a silent system would get on AudioTime's test captions: every order wrong, all seconds and occurrences missed.</summary>
    /// <remarks>Mean wanted seconds and occurrences of a sound, counted in AudioTime's published captions; the paper does not tell them.</remarks>
    public static IReadOnlyDictionary<string, double> SilentOnAudioTime { get; } = new Dictionary<string, double>
    {
        ["oer"] = 1,
        ["dur"] = 2.465,
        ["freq"] = 1.505,
        ["time"] = 0,
    };

    /// <summary>One row per system or listener.</summary>
    /// <param name="title">Above the table.</param>
    /// <param name="set">The prompts.</param>
    /// <param name="rows">What was heard of each prompt, under a name.</param>
    public static Table Table(
        string title, EvaluationSet set, params (string Name, IReadOnlyList<TemporalCaption> Heard)[] rows)
    {
        var table = new Table(title, "heard", "OER ↓", "DUR [s] ↓", "FREQ [occurrences] ↓", "TIME ↑");
        foreach (var (name, heard) in rows)
        {
            var scores = TemporalTruth.Scores(heard, set);
            table.Add([name, .. TemporalTruth.Keys.Select(key => (object?)scores[key].Value)]);
        }
        return table;
    }

    /// <summary>after − before with 95 % paired bootstrap intervals, by two listeners.</summary>
    /// <param name="set">The prompts.</param>
    /// <param name="seed">Of the bootstrap.</param>
    /// <param name="listeners">What each heard of both systems, under its name.</param>
    public static Table Changes(EvaluationSet set, long seed, params (
        string Name, IReadOnlyList<TemporalCaption> Before, IReadOnlyList<TemporalCaption> After)[] listeners)
    {
        var table = new Table("Change, 95 % interval", ["measure", .. listeners.Select(l => l.Name)]);
        var scores = listeners
            .Select(l => (Before: TemporalTruth.Scores(l.Before, set), After: TemporalTruth.Scores(l.After, set))).ToArray();
        foreach (var key in TemporalTruth.Keys)
        {
            table.Add([EvaluationMetric.Of(key).Title, .. scores.Select(s => s.Before[key].Counts.Sum() == 0
                ? (object?)null : Bootstrap.Difference(s.Before[key], s.After[key], seed))]);
        }
        return table;
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

    /// <summary>The STEAM columns of the paper's Table 3, and silence.</summary>
    public static Table Paper()
    {
        var table = new Table("The paper's Table 3, on AudioTime's captions", "system", "OER ↓", "DUR [s] ↓",
            "FREQ [occurrences] ↓", "TIME ↑")
        { NumberFormat = Display.Table.AsGiven };
        foreach (var model in new[] { PaperTable3.Base, PaperTable3.Aligned, "without Strategy 3" })
            table.Add([model, .. TemporalTruth.Keys
                .Select(key => (object?)PaperTable3.Value(model, EvaluationMetric.Of(key).PaperColumn))]);
        return table.Add(["silence, computed", .. TemporalTruth.Keys.Select(key => (object?)SilentOnAudioTime[key])]);
    }

    /// <summary>One caption's sounds: when they should be heard above, when they were below.</summary>
    /// <param name="caption">With what was heard.</param>
    /// <param name="listener">Who heard it, and in what.</param>
    /// <param name="seconds">Length of the clip.</param>
    public static Figure Timeline(TemporalCaption caption, string listener, double seconds = 2.56) =>
        Display.Timeline.Of(caption.Id, seconds, "wanted", listener,
            [.. caption.Events.Select(e => new TimelineRow(e.Label, e.Reference, e.Detected))]);
}
