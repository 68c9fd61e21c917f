using Tango2.Diffusion;
using Tango2.Display;
using Tango2.Evaluation;
using Tango2.Pipelines;
using static System.FormattableString;

namespace Tango2.Studies;

/// <summary>What guidance does, and what samplers reach with how many calls of the network.</summary>
public static class SamplingStudy
{
    /// <summary>One metric of the base and of the aligned model at every scale; each point tells the change's interval.</summary>
    /// <param name="table">Base and aligned model.</param>
    /// <param name="metric">The metric.</param>
    /// <param name="guided">The base and the recipe for the paper's guidance, on the same prompts; null leaves it out.</param>
    public static Figure Curves(GuidanceTable table, Metric metric, GuidanceTable? guided = null) =>
        Curves(metric, guided is null ? [("aligned", table)] : [("aligned", table), ("guided", guided)]);

    /// <summary>The same of any models.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="after">Each model's name, and its table, whose base is that of the first.</param>
    internal static Figure Curves(Metric metric, params IReadOnlyList<(string Model, GuidanceTable Table)> after)
    {
        (string, double[], double[], string[]) Of(string model, GuidanceTable of, Func<Change, double> value) => (model,
            [.. of.Points.Select(point => point.Base)], [.. of.Points.Select(point => value(point[metric]))],
            [.. of.Points.Select(point => $"change {point[metric].Interval}")]);
        return Figures.Curves($"{metric.Title} over guidance", "guidance scale w", metric.AxisLabel,
            [Of("base", after[0].Table, change => change.Before), .. after.Select(of => Of(of.Model, of.Table, change => change.After))]);
    }

    /// <summary>One row per scale and metric: both models, and the change with its 95 % interval.</summary>
    public static Table Table(GuidanceTable table, params Metric[] metrics)
    {
        var shown = new Table("Base and aligned model at one guidance scale",
            "metric", "w", "base", "aligned", "change, 95 % interval");
        foreach (var metric in metrics)
            foreach (var point in table.Points)
                shown.Add(metric.TitleWithArrow, point.Base, point[metric].Before, point[metric].After, point[metric].Interval);
        return shown;
    }

    /// <summary>One row per metric: each model at the scale that the judge likes best for it, and the difference.</summary>
    public static Table AtBest(GuidanceTable table, params Metric[] metrics)
    {
        var best = table.Best;
        var shown = new Table("Each model at its own best guidance", "metric",
            Invariant($"base at {best.Base}"), Invariant($"aligned at {best.Aligned}"), "difference, 95 % interval");
        foreach (var metric in metrics)
            shown.Add(metric.TitleWithArrow, best[metric].Before, best[metric].After, best[metric].Interval);
        return shown;
    }

    /// <summary>One metric over the calls, a curve for each sampler; each point tells the change from the reference.</summary>
    /// <remarks>A sampler by another rule than its own has a curve if it was measured at three numbers of steps.</remarks>
    /// <param name="table">The samplers; null gives a note that tells how they are measured.</param>
    /// <param name="metric">The metric.</param>
    public static Shown Curves(SamplerTable? table, Metric metric)
    {
        if (table is null) return Missing("samplers");
        var (most, reference) = (table.Rows.Max(row => row.Way.Steps), table.Rows[0][metric].Before);
        var ways = Walks(table).Select(way =>
        {
            SamplerRow[] rows = [.. way.OrderBy(row => row.Way.Steps)];
            return (way.Key, rows.Select(row => (double)row.Way.Steps).ToArray(), rows.Select(row => row[metric].After).ToArray(),
                rows.Select(row => $"change {row[metric].Interval}").ToArray());
        });
        var told = $"{NameOf(table.Reference.Sampler)}, {table.Reference.Steps} steps";
        return Figures.Curves(
            $"{metric.Title} over calls", "calls of the network", metric.AxisLabel,
            [.. ways, ("reference", [0, most], [reference, reference], [told, told])]);
    }

    /// <summary>One row per sampler and number of steps: the change from the reference, with 95 % intervals.</summary>
    /// <remarks>Of the samplers that have a curve; <see cref="Ways"/> has the others.</remarks>
    /// <param name="table">The samplers; null gives a note that tells how they are measured.</param>
    /// <param name="metrics">The metrics.</param>
    public static Shown Table(SamplerTable? table, params Metric[] metrics)
    {
        if (table is null) return Missing("samplers");
        var shown = new Table(Heading(table), ["sampler", "calls", "factor", .. metrics.Select(metric => metric.TitleWithArrow)])
        {
            NumberFormat = "0.#",
        };
        foreach (var row in Walks(table).SelectMany(way => way))
            shown.Add([
                NameOf(row.Way), row.Way.Steps, (double)table.Reference.Steps / row.Way.Steps,
                .. metrics.Select(metric => (object?)row[metric].Interval),
            ]);
        return shown;
    }

    /// <summary>What samplers differ in, at one number of steps: noise on the way, and where the timesteps lie.</summary>
    /// <param name="table">The samplers; null gives a note that tells how they are measured.</param>
    /// <param name="steps">The number of steps.</param>
    /// <param name="metrics">The metrics, at least one; the first orders the rows, the best one first.</param>
    public static Shown Ways(SamplerTable? table, int steps, params Metric[] metrics)
    {
        ArgumentOutOfRangeException.ThrowIfZero(metrics.Length, nameof(metrics));
        if (table is null) return Missing("samplers");
        var shown = new Table(
            $"{Heading(table)}, all in {steps} steps",
            ["sampler", "noise on the way", "first and last timestep", .. metrics.Select(metric => metric.TitleWithArrow)]);
        using var schedule = new NoiseSchedule();
        double Rank(SamplerRow row) => metrics[0].HigherIsBetter ? -row[metrics[0]].After : row[metrics[0]].After;
        foreach (var row in table.Rows.Where(row => row.Way.Steps == steps).OrderBy(Rank))
        {
            var walk = row.Way.Timesteps(schedule, asReferenced: false);
            var drawn = !row.Way.DrawsNoise ? "none" : row.Way.Eta > 0 ? Invariant($"η = {row.Way.Eta}") : "all";
            shown.Add([
                NameOf(row.Way.Sampler), drawn, $"{walk[0]}, {walk[^1]}", .. metrics.Select(metric => (object?)row[metric].Interval),
            ]);
        }
        return shown;
    }

    /// <summary>Writes each way's calls, factor and changes from the reference into out/summary.json, as "samplers".</summary>
    /// <param name="table">The samplers; null writes nothing.</param>
    public static void Record(SamplerTable? table)
    {
        if (table is null) return;
        Summary.Record("samplers", table.Rows.Select(row => new
        {
            Sampler = NameOf(row.Way.Sampler),
            Calls = row.Way.Steps,
            Factor = (double)table.Reference.Steps / row.Way.Steps,
            Spacing = row.Way.Spacing?.ToString().ToLowerInvariant(),
            row.Way.Eta,
            Delta = Comparison.Deltas(row.Changes.ToDictionary(change => change.Key, change => change.Value.Interval)),
        }));
    }

    // By name: the samplers by their own rule, and others that make a curve.
    private static IEnumerable<IGrouping<string, SamplerRow>> Walks(SamplerTable table) =>
        table.Rows.GroupBy(row => NameOf(row.Way))
            .Where(way => way.First().Way is { Spacing: null, Eta: 0 } || way.Count() > 2);

    private static string Heading(SamplerTable table) =>
        $"Change from {NameOf(table.Reference.Sampler)} in {table.Reference.Steps} steps, {table.Prompts} validation prompts";

    /// <summary>What tables call a way: the sampler, and what it does by another rule than its own.</summary>
    internal static string NameOf(GenerationOptions way) => NameOf(way.Sampler)
        + (way.Spacing is { } spacing ? $", {spacing.ToString().ToLowerInvariant()}" : "")
        + (way.Eta > 0 ? Invariant($", η = {way.Eta}") : "");

    private static string NameOf(Sampler sampler) => sampler switch
    {
        Sampler.DpmSolver => "DPM-Solver++",
        Sampler.SdeDpmSolver => "SDE-DPM-Solver++",
        _ => $"{sampler}".ToUpperInvariant(),
    };

    /// <summary>Told in place of a study that is not made; its file and its stage have one name.</summary>
    internal static Note Missing(string study) => new($"There is no {study}.json beside the weights: `tango2 train mini {study}` makes it.");
}
