using Tango2.Display;
using Tango2.Evaluation;
using Tango2.Metrics;

namespace Tango2.Studies;

/// <summary>The four STEAM measures of several systems or listeners under each other.</summary>
public static class TemporalStudy
{
    /// <summary>What a silent system would get on AudioTime's test captions: every order wrong, all seconds and occurrences missed.</summary>
    /// <remarks>Mean wanted seconds and occurrences of a sound, counted in AudioTime's published captions; the paper does not tell them.</remarks>
    public static IReadOnlyDictionary<Metric, double> SilentOnAudioTime { get; } = new Dictionary<Metric, double>
    {
        [Metric.Oer] = 1,
        [Metric.Dur] = 2.465,
        [Metric.Freq] = 1.505,
        [Metric.Time] = 0,
    };

    /// <summary>One row per system or listener.</summary>
    /// <param name="title">Above the table.</param>
    /// <param name="protocol">The prompts.</param>
    /// <param name="rows">What was heard of each prompt, under a name.</param>
    public static Table Table(
        string title, Protocol protocol, params (string Name, IReadOnlyList<TemporalCaption> Heard)[] rows)
    {
        var table = new Table(title, "heard", "OER ↓", "DUR [s] ↓", "FREQ [occurrences] ↓", "TIME ↑");
        foreach (var (name, heard) in rows)
        {
            var scores = TemporalCaptions.Scores(heard, protocol);
            table.Add([name, .. Metric.Temporal.Select(metric => (object?)scores[metric].Value)]);
        }
        return table;
    }

    /// <summary>after − before with 95 % paired bootstrap intervals, by two listeners.</summary>
    /// <param name="protocol">The prompts.</param>
    /// <param name="seed">Of the bootstrap.</param>
    /// <param name="listeners">What each heard of both systems, under its name.</param>
    public static Table Changes(Protocol protocol, long seed, params (
        string Name, IReadOnlyList<TemporalCaption> Before, IReadOnlyList<TemporalCaption> After)[] listeners)
    {
        var table = new Table("Change, 95 % interval", ["measure", .. listeners.Select(l => l.Name)]);
        var scores = listeners
            .Select(l => (Before: TemporalCaptions.Scores(l.Before, protocol), After: TemporalCaptions.Scores(l.After, protocol))).ToArray();
        foreach (var metric in Metric.Temporal)
        {
            table.Add([metric.Title, .. scores.Select(s => s.Before[metric].Counts.Sum() == 0
                ? (object?)null : Bootstrap.Difference(s.Before[metric], s.After[metric], seed))]);
        }
        return table;
    }

    /// <summary>The STEAM columns of the paper's Table 3, and silence.</summary>
    public static Table InPaper()
    {
        var table = new Table("The paper's Table 3, on AudioTime's captions", "system", "OER ↓", "DUR [s] ↓",
            "FREQ [occurrences] ↓", "TIME ↑")
        { NumberFormat = Display.Table.AsGiven };
        foreach (var model in new[] { Paper.Base, Paper.Aligned, "without Strategy 3" })
            table.Add([model, .. Metric.Temporal.Select(metric => (object?)Paper.Value(model, metric.PaperColumn))]);
        return table.Add(["silence, computed", .. Metric.Temporal.Select(metric => (object?)SilentOnAudioTime[metric])]);
    }

    /// <summary>One caption's sounds: when they should be heard above, when they were below.</summary>
    /// <param name="caption">With what was heard.</param>
    /// <param name="listener">Who heard it, and in what.</param>
    /// <param name="seconds">Length of the clip.</param>
    public static Figure Timeline(TemporalCaption caption, string listener, double seconds) =>
        Display.Timeline.Of(caption.Id, seconds, "wanted", listener,
            [.. caption.Events.Select(e => new TimelineRow(e.Label, e.Reference, e.Detected))]);
}
