using Tango2.Metrics;

namespace Tango2.Evaluation;

/// <summary>A metric of the evaluation: what it is called, and which way is better.</summary>
/// <param name="Key">Its name in files.</param>
/// <param name="Title">What tables call it, with the unit in brackets where there is one.</param>
/// <param name="HigherIsBetter">Which way is better.</param>
/// <param name="PaperColumn">Its column in the paper's Table 3; null if the paper has none.</param>
public sealed record Metric(string Key, string Title, bool HigherIsBetter, string? PaperColumn = null)
{
    /// <summary>The verdict on a change whose interval holds zero.</summary>
    public const string Open = "–";

    private const string TruthPrefix = "truth.";

    /// <summary>Cosine of clip and prompt, by the filter's first model.</summary>
    public static Metric Clap { get; } = new("clap", "CLAP, the filter's model", true, "CLAP");

    /// <summary>The same by a model that has no part in making the data.</summary>
    public static Metric ClapIndependent { get; } = new("clapIndependent", "CLAP, the independent judge", true);

    /// <summary>Fréchet audio distance to the real clips.</summary>
    public static Metric Fad { get; } = new("fad", "FAD", false, "FAD");

    /// <summary>Divergence of the tagger's classes from those of the real clips.</summary>
    public static Metric Kl { get; } = new("kl", "KL [nats]", false, "KL");

    /// <summary>Inception Score.</summary>
    public static Metric Is { get; } = new("is", "IS", true, "IS");

    /// <summary>STEAM: share of two sounds in a wrong order.</summary>
    public static Metric Oer { get; } = new("oer", "OER", false, "OER");

    /// <summary>STEAM: error of durations.</summary>
    public static Metric Dur { get; } = new("dur", "DUR [s]", false, "DUR");

    /// <summary>STEAM: error of numbers of occurrences.</summary>
    public static Metric Freq { get; } = new("freq", "FREQ [occurrences]", false, "FREQ");

    /// <summary>STEAM: F1 of segments.</summary>
    public static Metric Time { get; } = new("time", "TIME", true, "TIME");

    /// <summary>Share of clips in which all asked sounds are heard, one after another where that is asked.</summary>
    public static Metric Fidelity { get; } = new("fidelity", "all there, in order", true);

    /// <summary>The metrics that the paper has, and the second CLAP model's, in the order of the tables.</summary>
    public static IReadOnlyList<Metric> All { get; } = [Clap, ClapIndependent, Fad, Kl, Is, Oer, Dur, Freq, Time];

    /// <summary>STEAM's four, in the paper's order.</summary>
    public static IReadOnlyList<Metric> Temporal { get; } = [Oer, Dur, Freq, Time];

    /// <summary>
    /// STEAM's four, and whether all is there in order, by a detector trained on exact event times, which the paper has no
    /// counterpart of.
    /// </summary>
    public static IReadOnlyList<Metric> Truth { get; } = [.. Temporal.Append(Fidelity).Select(metric => metric.ByDetector)];

    private static IEnumerable<Metric> Known => All.Append(Fidelity).Concat(Truth);

    /// <summary>A temporal metric, or <see cref="Fidelity"/>, as a detector hears it that was trained on exact event times.</summary>
    public Metric ByDetector =>
        this with { Key = TruthPrefix + Key, Title = Title + ", by the detector", PaperColumn = null };

    /// <summary>The title with a unit, as an axis needs it; FAD and IS have none.</summary>
    public string AxisLabel => Key.Split('.')[^1] switch
    {
        "clap" or "clapIndependent" => $"{Title} [cosine]",
        "oer" or "fidelity" => $"{Title} [share of prompts]",
        "time" => $"{Title} [F1]",
        _ => Title,
    };

    /// <summary>The title with an arrow to the better side.</summary>
    public string TitleWithArrow => $"{Title} {(HigherIsBetter ? "↑" : "↓")}";

    /// <summary>"better" or "worse" when the whole interval of a change says so; "–" when it holds zero.</summary>
    public string Verdict(Interval change) =>
        !change.ExcludesZero ? Open : change.Low > 0 == HigherIsBetter ? "better" : "worse";

    /// <summary>The key. A record would tell all its properties, and each <see cref="ByDetector"/> has one of its own.</summary>
    public override string ToString() => Key;

    /// <summary>The metric of a key, as files have it.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Metric Of(string key) => Known.FirstOrDefault(m => m.Key == key)
        ?? throw new ArgumentException(
            $"There is no metric '{key}'; there are {string.Join(", ", Known.Select(m => m.Key))}.");
}
