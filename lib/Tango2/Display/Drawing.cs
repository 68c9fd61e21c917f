using System.Security.Cryptography;
using System.Text;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using Tango2.Charts;

namespace Tango2.Display;

/// <summary>The one look of all figures, and the way from a plot model to SVG.</summary>
internal static class Drawing
{
    /// <summary>Pixels of a figure whose names are short.</summary>
    public const int Width = 640;

    private const double TextSize = 11, TitleSize = 13, LegendRoom = 150, LabelRoom = 230;

    /// <summary>Colours that remain apart for readers who see few colours: a test measures how far.</summary>
    public static readonly string[] Palette = ["#0072B2", "#D55E00", "#000000", "#56B4E9", "#882255", "#999999"];

    // Pixels on and off; null is a whole line. OxyPlot's own dashes leave gaps of one pixel.
    private static readonly double[]?[] Strokes = [null, [7, 4], [2, 3], [10, 3, 2, 3], [14, 5]];

    private static readonly MarkerType[] Marks =
        [MarkerType.Circle, MarkerType.Triangle, MarkerType.Square, MarkerType.Diamond];

    /// <summary>The n-th colour, again from the start after the last.</summary>
    public static OxyColor Colour(int index) => OxyColor.Parse(Palette[index % Palette.Length]);

    /// <summary>The same as pages write it.</summary>
    public static string Hex(int index) => Palette[index % Palette.Length];

    /// <summary>How the n-th line is stroked: colour alone would not tell lines apart for everyone.</summary>
    public static double[]? Stroke(int index) => Strokes[index % Strokes.Length];

    /// <summary>The shape of the n-th cloud's points.</summary>
    public static MarkerType Mark(int index) => Marks[index % Marks.Length];

    /// <summary>A white plot with labelled axes; the unit belongs into the label.</summary>
    public static PlotModel Model(string title, string xLabel, string yLabel)
    {
        var model = new PlotModel
        {
            Title = FigureText.Wrapped(title, Width - 60, TitleSize, bold: true),
            TitleFontSize = TitleSize,
            TitleFontWeight = FontWeights.Bold,
            Background = OxyColors.White,
            PlotAreaBorderColor = OxyColors.Gray,
            DefaultFont = "sans-serif",
            DefaultFontSize = TextSize,
        };
        model.Axes.Add(Axis(AxisPosition.Bottom, xLabel));
        model.Axes.Add(Axis(AxisPosition.Left, yLabel));
        return model;
    }

    /// <summary>A linear axis with a pale grid.</summary>
    public static LinearAxis Axis(AxisPosition position, string label) => new()
    {
        Position = position,
        Title = FigureText.Wrapped(label, position == AxisPosition.Bottom ? 440 : 200, TextSize),
        MajorGridlineStyle = LineStyle.Solid,
        MajorGridlineColor = OxyColor.FromAColor(40, OxyColors.Gray),
        TicklineColor = OxyColors.Gray,
        AxisTitleDistance = position == AxisPosition.Left ? 14 : 6,
    };

    /// <summary>An axis of names, the first one on top.</summary>
    /// <param name="names">Long ones are wrapped.</param>
    public static CategoryAxis Names(IEnumerable<string> names)
    {
        var axis = new CategoryAxis { Position = AxisPosition.Left, StartPosition = 1, EndPosition = 0, GapWidth = 0.4 };
        axis.Labels.AddRange(names.Select(name => FigureText.Wrapped(name, LabelRoom, TextSize)));
        return axis;
    }

    /// <summary>Pixels that one row needs for the name that has the most lines.</summary>
    public static int RowHeight(CategoryAxis names, int least) =>
        Math.Max(least, 6 + (15 * names.Labels.Select(label => label.Split('\n').Length).DefaultIfEmpty().Max()));

    /// <summary>Adds a legend where there is more than one thing to tell apart: beside the plot, where it hides nothing.</summary>
    public static void Legend(PlotModel model)
    {
        var named = model.Series.Where(series => series.Title is not null).ToArray();
        if (named.Length < 2) return;
        foreach (var series in named) series.Title = FigureText.Wrapped(series.Title, LegendRoom, TextSize);
        model.Legends.Add(new Legend
        {
            LegendPosition = LegendPosition.RightTop,
            LegendPlacement = LegendPlacement.Outside,
            LegendSymbolLength = 26,
            LegendLineSpacing = 4,
        });
    }

    /// <summary>A figure with both faces, which have the same words: wrapped, since neither browser nor plotly.js does it.</summary>
    public static Figure Figure(string title, PlotModel model, int height, IEnumerable<Trace> traces, double seconds = 0)
    {
        var chart = new Chart(model.Title, model.Axes[0].Title, model.Axes[1].Title ?? "",
            [.. traces.Select(trace => trace with { Name = FigureText.Wrapped(trace.Name, LegendRoom, TextSize) })])
        { Height = height + 20 };
        return new Figure(title, Svg(model, height)) { Seconds = seconds }.WithPlotly(chart.ToPlotly());
    }

    /// <summary>
    /// The svg element; it shrinks with the page, and is wider where names need it. Its ids are its own, since a page holds
    /// many figures.
    /// </summary>
    public static string Svg(PlotModel model, int height)
    {
        var width = Width + Beyond(LegendRoom, model.Legends.Count == 0 ? [] : model.Series.Select(s => s.Title))
            + Beyond(LabelRoom, model.Axes.OfType<CategoryAxis>().SelectMany(axis => axis.Labels));
        var exporter = new SvgExporter
        {
            Width = width,
            Height = height,
            IsDocument = false,
            TextMeasurer = FigureText.Measurer,
        };
        var svg = exporter.ExportToString(model).ReplaceLineEndings("\n");
        var head = "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" " +
            $"viewBox=\"0 0 {width} {height}\" width=\"{width}\" " +
            $"height=\"{height}\" style=\"max-width:100%;height:auto\">";
        var body = svg[(svg.IndexOf('>', svg.IndexOf("<svg", StringComparison.Ordinal)) + 1)..].Trim();
        var own = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body)).AsSpan(0, 4));
        return head + body.Replace("clipPath id=\"", $"clipPath id=\"f{own}-").Replace("url(#", $"url(#f{own}-");
    }

    /// <summary>Pixels by which the longest name is longer than its usual room.</summary>
    private static int Beyond(double room, IEnumerable<string?> names) => (int)Math.Ceiling(Math.Max(0,
        names.Select(name => FigureText.Width(name ?? "", TextSize)).DefaultIfEmpty().Max() - room));

    /// <summary>At most <paramref name="most"/> points of a curve, spread evenly, the last one kept.</summary>
    public static IEnumerable<int> Spread(int count, int most) => count <= most
        ? Enumerable.Range(0, count)
        : Enumerable.Range(0, most).Select(i => (int)((long)i * (count - 1) / (most - 1)));
}
