using System.Net;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Tango2.Display;
using Tango2.Evaluation;
using Tango2.Metrics;
using Tango2.Studies;
using static System.FormattableString;

namespace Tango2.Cli.Reports;

/// <summary>The first screen of the report: the result with its intervals, what was run on what, and three figures.</summary>
/// <param name="Summary">What out/summary.json holds.</param>
/// <param name="Scales">Base and aligned model over the guidance scale; null leaves the figure out.</param>
/// <param name="Guided">The base and the recipe for the paper's guidance, likewise; null leaves its curve out.</param>
/// <param name="Ablations">The ablations; null leaves the figure out.</param>
internal sealed record ReportOpening(JsonObject Summary, GuidanceTable? Scales, GuidanceTable? Guided, AblationTable? Ablations)
{
    /// <summary>The name of its place in the page.</summary>
    public const string Id = "result";

    // Where the summary has a comparison, how it is called and what it was measured on; the claim comes first.
    private (string Title, string Measured, string Sentence, JsonNode? Numbers)[] Comparisons
    {
        get
        {
            var draw = Summary["draw"];
            var (drawn, drawnAtBest) = (draw?["paperGuidance"], draw?["bestOfBase"]);
            var (paper, best) = (Summary["paperGuidance"], Summary["bestOfBase"]);
            var held = $"{Text(Summary, "scale")} scale, {Text(Summary, "prompts")} held-out prompts, seed {Text(Summary, "seed")}";
            var fresh = $"{Text(draw, "prompts")} fresh prompts, {Text(draw, "trainings")} trainings pooled, read from gain.json";
            return
            [
                ("The draw, both at " + Scale(drawn, "aligned"), fresh,
                    "On the fresh prompts of the draw, at the paper's guidance, the recipe for it", drawn),
                (BesideBest(drawnAtBest, "The draw, base"), fresh, "There, beside the base at its own best guidance, it", drawnAtBest),
                ("Both at the paper's guidance, " + Scale(paper, "aligned"), held,
                    "On this run's prompts, at the paper's guidance, one training of the recipe", paper),
                (BesideBest(best, "Base"), held, "Beside the base at its own best guidance it", best),
                ("Both at the mini scale's guidance", held,
                    "At the mini scale's guidance, after the paper's diffusion-DPO on pairs that CLAP chose, the model", Summary),
            ];
        }
    }

    /// <summary>The article.</summary>
    public string Html() => $"""
        <article id="{Id}">
        <h1>What came out</h1>
        {Result()}
        <h2>What was run, and on what</h2>
        {Run().ToHtml()}
        {string.Concat(Figures().Select(figure => $"<div class=\"output\">{figure.ToHtml()}</div>"))}
        </article>

        """;

    private string Result()
    {
        var parts = Comparisons.Select(of => Result($"{of.Title}: {of.Measured}", of.Sentence, Changes(of.Numbers))).ToArray();
        return parts.All(string.IsNullOrEmpty)
            ? "<p>No evaluation was recorded: notebook 07 did not run, or failed.</p>"
            : string.Concat(parts);
    }

    private string Result(string title, string subject, (Metric Metric, Change Change)[] changes)
    {
        if (changes.Length == 0) return "";
        var table = new Table(title, "metric", "base", "aligned", "change, 95 % interval", "the aligned model is");
        foreach (var (metric, (before, after, interval)) in changes)
            table.Add(metric.TitleWithArrow, before, after, interval, metric.Verdict(interval));
        var by = changes.ToLookup(change => change.Metric.Verdict(change.Change.Interval), change => change.Metric.Title);
        string[] told = [.. new[] { "better", "worse" }.Where(by.Contains)
            .Select(verdict => $"{verdict} by {string.Join("; ", by[verdict])}")];
        var sentence = $"{subject} is "
            + (told.Length > 0 ? string.Join(", and ", told) : "neither better nor worse beyond doubt by any metric") + ".";
        if (by.Contains(Metric.Open)) sentence += $" The interval holds zero for {string.Join("; ", by[Metric.Open])}.";
        return $"<p class=\"lead\">{WebUtility.HtmlEncode(sentence)}</p>\n<div class=\"output\">{table.ToHtml()}</div>\n";
    }

    private Table Run()
    {
        var notebooks = Summary["notebooks"]?.AsArray() ?? [];
        var failed = notebooks.Where(notebook => (bool?)notebook?["ok"] == false)
            .Select(notebook => (string?)notebook!["name"]).ToArray();
        var table = new Table("", "", " ")
            .Add("notebooks",
                $"{notebooks.Count - failed.Length} of {notebooks.Count} passed, cell by cell with their expectations" + (failed.Length > 0 ? $"; failed: {string.Join(", ", failed)}" : ""))
            .Add("time and memory",
                Invariant($"{Number("wallSeconds"):0} s; {Number("peakMemoryMiB") / 1024:0.0} GiB at most"))
            .Add("machine", $"{Environment.ProcessorCount} cores ({RuntimeInformation.ProcessArchitecture}), "
                + RuntimeInformation.OSDescription)
            .Add("software", $"{RuntimeInformation.FrameworkDescription}, "
                + $"TorchSharp {typeof(TorchSharp.torch).Assembly.GetName().Version?.ToString(3)}");
        if (Summary["pairs"]?["kept"] is { } pairs) table.Add("preference pairs", (int)pairs);
        return table;
    }

    private IEnumerable<Figure> Figures()
    {
        if (Comparisons.FirstOrDefault(of => Changes(of.Numbers).Length > 0) is { Numbers: { } numbers } first)
        {
            var changes = Changes(numbers);
            yield return Display.Figures.Bars(
                $"Improvement by metric: {first.Title}; {first.Measured}, 95 % intervals",
                "improvement over base [%]", [.. changes
                    .Where(c => c.Change.Before != 0 && double.IsFinite(c.Change.Interval.Low))
                    .Select(c => Bar(c.Metric, c.Change.Interval,
                        100 / c.Change.Before * (c.Metric.HigherIsBetter ? 1 : -1)))]);
        }
        if (Scales is not null) yield return SamplingStudy.Curves(Scales, Metric.ClapIndependent, Guided);
        if (Ablations is not null && Studies.Ablations.Bars(Ablations, Metric.ClapIndependent) is Figure bars)
            yield return bars;
    }

    private static (string, double, double, double) Bar(Metric metric, Interval change, double scale)
    {
        var (a, b) = (change.Low * scale, change.High * scale);
        return (metric.Title, change.Estimate * scale, Math.Min(a, b), Math.Max(a, b));
    }

    private static (Metric Metric, Change Change)[] Changes(JsonNode? of) =>
        [.. Changes(of, Metric.All), .. Changes(of?["truth"], Metric.Truth)];

    private static IEnumerable<(Metric Metric, Change Change)> Changes(JsonNode? of, IReadOnlyList<Metric> metrics) => metrics
        .Where(metric => of?["delta"]?[metric.Key]?["mean"] is not null).Select(metric => (metric, Change(of!, metric)));

    private static Change Change(JsonNode of, Metric metric)
    {
        double Of(string model) => (double?)of["models"]?[model]?[metric.Key] ?? double.NaN;
        var delta = of["delta"]![metric.Key]!;
        double End(int i) => (double?)delta["ci95"]?[i] ?? double.NaN;
        return new(Of("base"), Of("aligned"), new((double)delta["mean"]!, End(0), End(1)));
    }

    private static string BesideBest(JsonNode? comparison, string subject) =>
        $"{subject} at its best guidance, {Scale(comparison, "base")}, the recipe at {Guidance(comparison, "aligned")}";

    private static string Scale(JsonNode? comparison, string model) => $"w = {Guidance(comparison, model)}";

    private static string Guidance(JsonNode? comparison, string model) => Text(comparison?["guidance"], model);

    private static string Text(JsonNode? of, string name) => of?[name]?.ToString() ?? "?";

    private double Number(string name) => (double?)Summary[name] ?? double.NaN;
}
