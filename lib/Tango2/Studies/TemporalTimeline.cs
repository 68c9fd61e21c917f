using OxyPlot.Axes;
using OxyPlot.Series;
using Tango2.Display;
using Tango2.Metrics;

namespace Tango2.Studies;

/// <summary>When the sounds of a caption should be heard and when listeners hear them, as bars over time.</summary>
public static class TemporalTimeline
{
    /// <summary>One line per sound and listener.</summary>
    /// <param name="title">The caption.</param>
    /// <param name="seconds">Length of the clip.</param>
    /// <param name="listeners">What each heard of the same caption, under its name; the wanted times come first by themselves.</param>
    public static Figure Draw(string title, double seconds, params (string Name, TemporalCaption Caption)[] listeners)
    {
        if (listeners.Length == 0) throw new ArgumentException("A timeline needs at least one listener.", nameof(listeners));
        var rows = listeners[0].Caption.Events.SelectMany((sound, k) => listeners
            .Select((l, i) => (Name: $"{sound.Label}, {l.Name}", Regions: l.Caption.Events[k].Detected, Colour: i + 1))
            .Prepend((Name: $"{sound.Label}, wanted", Regions: sound.Reference, Colour: 0))).ToArray();
        var model = Drawing.Model(title, "time [s]", "");
        (model.Axes[0].Minimum, model.Axes[0].Maximum) = (0, seconds);
        var names = new CategoryAxis { Position = AxisPosition.Left, StartPosition = 1, EndPosition = 0 };
        names.Labels.AddRange(rows.Select(row => row.Name));
        model.Axes[1] = names;
        var bars = new RectangleBarSeries { StrokeThickness = 0 };
        for (var row = 0; row < rows.Length; row++)
            foreach (var region in rows[row].Regions)
                bars.Items.Add(new(region.Onset, row - 0.3, region.Offset, row + 0.3) { Color = Drawing.Colour(rows[row].Colour) });
        model.Series.Add(bars);
        return new(title, Drawing.Svg(model, 640, 80 + (26 * rows.Length)));
    }
}
