using Tango2.Display;
using Tango2.Evaluation;
using static System.FormattableString;

namespace Tango2.Studies;

/// <summary>What a recipe of alignment gained on fresh prompts: the answer to what was asked before they were drawn.</summary>
public static class GainStudy
{
    /// <summary>
    /// One row per metric: the recipe at the paper's guidance beside the base there and beside the base at its own best, trainings pooled;
    /// and what other noise alone changes.
    /// </summary>
    /// <param name="gain">The draw; null gives a note that tells how it is made.</param>
    public static Shown Claims(GainTable? gain) => gain is null
        ? Missing
        : Claims(gain.Test, gain, "fresh test prompts", [Invariant($"the base at {gain.Noise.Base} with other noise")], gain.Noise);

    /// <summary>The same of the harder prompts, which decide nothing.</summary>
    /// <inheritdoc cref="Claims(GainTable?)"/>
    public static Shown HardClaims(GainTable? gain) =>
        gain is null ? Missing : Claims(gain.Hard, gain, "hard prompts", []);

    /// <summary>One row per metric: the change that each training makes alone, both models at the paper's guidance.</summary>
    /// <inheritdoc cref="Claims(GainTable?)"/>
    public static Shown Trainings(GainTable? gain)
    {
        if (gain is null) return Missing;
        var shown = new Table(
            Invariant($"Each training alone: change from the base, both at {gain.Noise.Base}"),
            ["metric", .. gain.Trainings.Select((_, i) => $"training {i + 1}"), "pooled"]);
        foreach (var metric in Metrics(gain))
            shown.Add([metric.TitleWithArrow, .. gain.Trainings.Append(gain.AtPaper).Select(point => (object?)point[metric].Interval)]);
        return shown;
    }

    /// <summary>Metrics of the base and of the recipe's first training at every scale, a figure for each.</summary>
    /// <param name="gain">The draw; null gives a note that tells how it is made.</param>
    /// <param name="metrics">The metrics.</param>
    public static Shown Curves(GainTable? gain, params IEnumerable<Metric> metrics)
    {
        if (gain is null) return Missing;
        var first = gain.Test with { Points = [.. gain.Test.Points.Select(point => point == gain.AtPaper ? gain.Trainings[0] : point)] };
        return Curves("recipe, first training", first, metrics);
    }

    /// <summary>The same of the harder prompts; at the paper's scale of all trainings.</summary>
    /// <inheritdoc cref="Curves(GainTable?, IEnumerable{Metric})"/>
    public static Shown HardCurves(GainTable? gain, params IEnumerable<Metric> metrics) =>
        gain is null ? Missing : Curves("recipe", gain.Hard, metrics);

    /// <summary>One row for the base, with its values, and one for each of what could be better, with its changes.</summary>
    /// <param name="room">The table; null gives a note that tells how it is made.</param>
    public static Shown Room(RoomTable? room)
    {
        if (room is null) return SamplingStudy.Missing("room");
        var first = room.Rows.Values.First();
        Metric[] metrics = [.. first.Changes.Keys.Select(Metric.Of)];
        var shown = new Table(
            Invariant($"The base, and changes from it: {room.Prompts} validation prompts, guidance {first.Base}"),
            ["clips", .. metrics.Select(metric => metric.TitleWithArrow)]);
        shown.Add(["base", .. metrics.Select(metric => (object?)first[metric].Before)]);
        foreach (var (clips, row) in room.Rows) shown.Add([clips, .. metrics.Select(metric => (object?)row[metric].Interval)]);
        return shown;
    }

    /// <summary>Writes both comparisons of the test prompts into out/summary.json, as "draw".</summary>
    /// <param name="gain">The draw; null writes nothing.</param>
    public static void Record(GainTable? gain)
    {
        if (gain is null) return;
        Summary.Record("draw.prompts", gain.Test.Prompts);
        Summary.Record("draw.trainings", gain.Trainings.Count);
        Comparison.RecordPoint("draw.paperGuidance", gain.AtPaper);
        Comparison.RecordPoint("draw.bestOfBase", gain.Test.Best);
    }

    private static Note Missing => SamplingStudy.Missing("gain");

    private static Row Curves(string recipe, GuidanceTable curves, IEnumerable<Metric> metrics) =>
        new([.. metrics.Select(metric => (object)SamplingStudy.Curves(metric, (recipe, curves)))]);

    private static IEnumerable<Metric> Metrics(GainTable gain) => gain.Noise.Changes.Keys.Select(Metric.Of);

    private static Table Claims(
        GuidanceTable curves, GainTable gain, string prompts, IReadOnlyList<string> more, params IReadOnlyList<GuidancePoint> others)
    {
        var (paper, best) = (curves.At(gain.Noise.Base), curves.Best);
        var shown = new Table(
            Invariant($"{curves.Prompts:n0} {prompts}, {gain.Trainings.Count} trainings pooled: the recipe at {paper.Aligned}"),
            ["metric", "recipe", .. new[] { paper, best }.SelectMany(point => new[]
            {
                Invariant($"base at {point.Base}"), Invariant($"change from {point.Base}"), Invariant($"verdict beside {point.Base}"),
            }), .. more]);
        foreach (var metric in Metrics(gain).Where(metric => double.IsFinite(paper[metric].Interval.Estimate))) // OER counts some prompts only
        {
            shown.Add([metric.TitleWithArrow, paper[metric].After, .. new[] { paper, best }.SelectMany(point => new object?[]
            {
                point[metric].Before, point[metric].Interval, metric.Verdict(point[metric].Interval),
            }), .. others.Select(point => (object?)point[metric].Interval)]);
        }
        return shown;
    }
}
