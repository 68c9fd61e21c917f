using OxyPlot.Series;
using Tango2.Metrics;

namespace Tango2.Display;

/// <summary>When each sound is heard: bars over time, one row for each sound, two lanes in a row.</summary>
internal static class Timeline
{
    private const int RowHeight = 40, Frame = 110;
    private const double Inner = 0.03, Outer = 0.38;

    /// <summary>Draws the rows from top to bottom.</summary>
    /// <param name="title">What is heard.</param>
    /// <param name="seconds">Length of the time axis.</param>
    /// <param name="upper">What the upper lane shows, such as "truth".</param>
    /// <param name="lower">What the lower lane shows, such as "detected".</param>
    /// <param name="rows">The sounds; at least one.</param>
    public static Figure Of(string title, double seconds, string upper, string lower, IReadOnlyList<TimelineRow> rows)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(seconds);
        if (rows.Count == 0) throw new ArgumentException($"The timeline '{title}' needs at least one row.", nameof(rows));
        var model = Drawing.Model(title, "time [s]", "");
        (model.Axes[0].Minimum, model.Axes[0].Maximum) = (0, seconds);
        var names = Drawing.Names(rows.Select(row => row.Name));
        (names.Minimum, names.Maximum) = (-0.5, rows.Count - 0.5);
        model.Axes[1] = names;
        model.Series.Add(Lane(upper, 0, rows.Select(row => row.Upper), -Outer, -Inner));
        model.Series.Add(Lane(lower, 1, rows.Select(row => row.Lower), Inner, Outer));
        Drawing.Legend(model);
        return new(title, Drawing.Svg(model, Frame + Drawing.RowHeight(names, RowHeight) * rows.Count));
    }

    private static RectangleBarSeries Lane(
        string name, int colour, IEnumerable<IReadOnlyList<EventRegion>> rows, double from, double to)
    {
        var lane = new RectangleBarSeries { Title = name, FillColor = Drawing.Colour(colour), StrokeThickness = 0 };
        foreach (var (regions, row) in rows.Select((regions, row) => (regions, row)))
            foreach (var region in regions) lane.Items.Add(new(region.Onset, row + from, region.Offset, row + to));
        return lane;
    }
}

/// <summary>One sound of a <see cref="Timeline"/>.</summary>
/// <param name="Name">Shown at the left.</param>
/// <param name="Upper">Stretches of the upper lane, in seconds.</param>
/// <param name="Lower">Stretches of the lower lane, in seconds.</param>
internal sealed record TimelineRow(string Name, IReadOnlyList<EventRegion> Upper, IReadOnlyList<EventRegion> Lower);
