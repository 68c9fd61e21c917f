namespace Tango2.Studies;

/// <summary>How a metric of the evaluation is read.</summary>
/// <param name="Key">Its key in <see cref="Lab.Evaluation.Values"/>.</param>
/// <param name="Title">What tables call it, with the unit in brackets where there is one.</param>
/// <param name="HigherIsBetter">Which way is better.</param>
/// <param name="PaperColumn">Its column in the paper's Table 3; null if the paper has none.</param>
public sealed record EvaluationMetric(string Key, string Title, bool HigherIsBetter, string? PaperColumn = null)
{
    /// <summary>The metrics that the paper has, and the second CLAP model's, in the order of the tables.</summary>
    public static IReadOnlyList<EvaluationMetric> All { get; } =
    [
        new("clap", "CLAP, the filter's model", true, "CLAP"), new("clapIndependent", "CLAP, the independent judge", true),
        new("fad", "FAD", false, "FAD"), new("kl", "KL [nats]", false, "KL"), new("is", "IS", true, "IS"),
        new("oer", "OER", false, "OER"), new("dur", "DUR [s]", false, "DUR"),
        new("freq", "FREQ [occurrences]", false, "FREQ"), new("time", "TIME", true, "TIME"),
    ];

    /// <summary>The four temporal metrics by the detector, which the paper has no counterpart of.</summary>
    public static IReadOnlyList<EvaluationMetric> Truth { get; } =
    [
        .. All.Where(m => Lab.TemporalTruth.Keys.Contains(m.Key))
            .Select(m => m with { Key = "truth." + m.Key, Title = m.Title + ", by the detector", PaperColumn = null }),
    ];

    /// <summary>The title with a unit, as an axis needs it; FAD and IS have none.</summary>
    public string AxisLabel => Key.Split('.')[^1] switch
    {
        "clap" or "clapIndependent" => $"{Title} [cosine]",
        "oer" => $"{Title} [share of prompts]",
        "time" => $"{Title} [F1]",
        _ => Title,
    };

    /// <summary>The metric of a key.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static EvaluationMetric Of(string key) => All.Concat(Truth).FirstOrDefault(m => m.Key == key)
        ?? throw new ArgumentException(
            $"There is no metric '{key}'; there are {string.Join(", ", All.Concat(Truth).Select(m => m.Key))}.");
}
