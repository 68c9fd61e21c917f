using System.Security.Cryptography;
using System.Text;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;

namespace Tango2.Display;

/// <summary>The one look of all figures, and the way from a plot model to SVG.</summary>
internal static class Drawing
{
    /// <summary>Colours that remain apart for readers who see few colours (Okabe and Ito).</summary>
    public static readonly string[] Palette =
        ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#999999"];

    /// <summary>The n-th colour, again from the start after the last.</summary>
    public static OxyColor Colour(int index) => OxyColor.Parse(Palette[index % Palette.Length]);

    /// <summary>A white plot with labelled axes; the unit belongs into the label.</summary>
    public static PlotModel Model(string title, string xLabel, string yLabel)
    {
        var model = new PlotModel
        {
            Title = title,
            TitleFontSize = 13,
            TitleFontWeight = FontWeights.Bold,
            Background = OxyColors.White,
            PlotAreaBorderColor = OxyColors.Gray,
            DefaultFont = "sans-serif",
            DefaultFontSize = 11,
        };
        model.Axes.Add(Axis(AxisPosition.Bottom, xLabel));
        model.Axes.Add(Axis(AxisPosition.Left, yLabel));
        return model;
    }

    /// <summary>A linear axis with a pale grid.</summary>
    public static LinearAxis Axis(AxisPosition position, string label) => new()
    {
        Position = position,
        Title = label,
        MajorGridlineStyle = LineStyle.Solid,
        MajorGridlineColor = OxyColor.FromAColor(40, OxyColors.Gray),
        TicklineColor = OxyColors.Gray,
        AxisTitleDistance = position == AxisPosition.Left ? 14 : 6,
    };

    /// <summary>Adds a legend where there is more than one thing to tell apart.</summary>
    public static void Legend(PlotModel model, int entries)
    {
        if (entries < 2) return;
        model.Legends.Add(new Legend
        {
            LegendPosition = LegendPosition.TopRight,
            LegendBackground = OxyColor.FromAColor(200, OxyColors.White),
        });
    }

    /// <summary>The svg element; it shrinks with the page. Its ids are its own, since a page holds many figures.</summary>
    public static string Svg(PlotModel model, int width, int height)
    {
        var exporter = new SvgExporter { Width = width, Height = height, IsDocument = false };
        var svg = exporter.ExportToString(model).ReplaceLineEndings("\n");
        var head = "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" " +
            $"viewBox=\"0 0 {width} {height}\" width=\"{width}\" " +
            $"height=\"{height}\" style=\"max-width:100%;height:auto\">";
        var body = svg[(svg.IndexOf('>', svg.IndexOf("<svg", StringComparison.Ordinal)) + 1)..].Trim();
        var own = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body)).AsSpan(0, 4));
        return head + body.Replace("clipPath id=\"", $"clipPath id=\"f{own}-").Replace("url(#", $"url(#f{own}-");
    }

    /// <summary>At most <paramref name="most"/> points of a curve, spread evenly, the last one kept.</summary>
    public static IEnumerable<int> Spread(int count, int most) => count <= most
        ? Enumerable.Range(0, count)
        : Enumerable.Range(0, most).Select(i => (int)((long)i * (count - 1) / (most - 1)));
}
