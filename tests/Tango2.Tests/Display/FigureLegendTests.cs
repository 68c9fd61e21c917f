using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using Tango2.Display;
using Tango2.Metrics;

namespace Tango2.Tests.Display;

public class FigureLegendTests
{
    private const double Size = 11;

    // trial 4. The widths are those of DejaVu Sans, the widest of the usual fonts: sums of its advances, in em.
    public static TheoryData<string, double> Names => new()
    {
        { "β = 5000", 4.657 }, { "detected", 4.449 }, { "order swapped", 7.473 }, { "signal √ᾱ", 4.572 },
        { "noise √(1−ᾱ)", 6.528 }, { "grounding model", 8.538 }, { "CLAP A, which ranked", 10.898 },
        { "β = 2000, the paper's", 10.956 }, { "1,000 Hz", 4.457 },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Names_stand_beside_the_plot_and_end_inside_the_figure(string name, double em)
    {
        double[] x = [0, 1, 2], y = [1, 3, 2];
        EventRegion[] heard = [new(0.1, 2.5)];
        Figure[] figures =
        [
            Figures.Curves("t", "x", "y", ("other", x, y), (name, y, x)),
            Figures.Scatter("t", "x", "y", ("other", x, y), (name, y, x)),
            Figures.Agreement("t", "x", "y", (name, x, y)),
            Figures.Histogram("t", "x", 10, ("other", y), (name, x)),
            Timeline.Of("t", 2.56, "other", name, [new("applause", heard, heard)]),
        ];
        foreach (var svg in figures.Select(figure => XElement.Parse(figure.Svg)))
        {
            var plot = Elements(svg, "rect").Where(e => Style(e).Contains("fill:none;stroke:rgb"))
                .Max(e => Number(e, "x") + Number(e, "width"));
            var first = Lines(svg).First(text => name.StartsWith(text.Text, StringComparison.Ordinal) && text.X > plot);
            var lines = Lines(svg).Where(text => text.X == first.X).OrderBy(text => text.Y).ToArray();
            Assert.Contains(name, string.Join(' ', lines.Select(line => line.Text)));
            Assert.True(lines.Length > 1, "the other name is there too");
            var widest = em * Size / (lines.Any(line => line.Text == name) ? 1 : 1.2);
            Assert.True(first.X + widest <= Number(svg, "width"), $"'{name}' ends at {first.X + widest} of {Number(svg, "width")}");
            Assert.All(lines.Zip(lines.Skip(1)), pair => Assert.True(pair.Second.Y - pair.First.Y >= 1.2 * Size, "lines touch"));
        }
    }

    [Fact]
    public void A_legend_hides_no_data()
    {
        double[] x = [0, 1], y = [0, 1];
        var svg = XElement.Parse(Figures.Curves("t", "x", "y", ("a", x, y), ("b", x, y)).Svg);
        Assert.DoesNotContain(Elements(svg, "rect"), e => Style(e).Contains("fill-opacity"));
        Assert.DoesNotContain(Lines(XElement.Parse(Figures.Curves("t", "x", "y", ("a", x, y)).Svg)), text => text.Text == "a");
    }

    // trial 21: "applause" was cut at the left.
    [Theory]
    [InlineData("applause", 4.543)]
    [InlineData("CLAP, the independent judge", 14.1)]
    public void Names_of_rows_begin_inside_the_figure(string name, double em)
    {
        EventRegion[] heard = [new(0.1, 0.5)];
        foreach (var figure in new[]
        {
            Timeline.Of("t", 2.56, "truth", "detected", [new(name, heard, heard)]), Figures.Bars("t", "x", (name, 1), ("b", 2)),
        })
        {
            var text = Lines(XElement.Parse(figure.Svg)).Single(line => line.Text == name);
            Assert.True(text.X - em * Size >= 0, $"'{name}' begins at {text.X - em * Size}");
        }
    }

    [Fact]
    public void Long_titles_labels_and_names_are_wrapped_and_nothing_of_them_is_lost()
    {
        var words = string.Join(' ', Enumerable.Range(0, 30).Select(i => $"word{i}"));
        double[] x = [0, 1], y = [0, 1];
        foreach (var figure in new Figure[]
        {
            Figures.Curves(words, words, words, (words, x, y), ("b", x, y)), Figures.Bars(words, words, (words, 1), ("b", 2)),
        })
        {
            var svg = XElement.Parse(figure.Svg);
            Assert.Contains(words, string.Join(' ', Lines(svg).Select(line => line.Text)));
            Assert.All(Lines(svg), line => Assert.True(line.Text.Length * 0.6 * Size < Number(svg, "width"), line.Text));
        }
    }

    // trial 21: the colours that readers without green receptors could not tell apart.
    [Fact]
    public void Colours_remain_apart_for_those_who_see_few()
    {
        double[] one = [1];
        var figure = Figures.Scatter("t", "x", "y", [.. Enumerable.Range(0, 12).Select(i => ($"{i}", one, one))]);
        using var json = JsonDocument.Parse(figure.Plotly!);
        var colours = json.RootElement.GetProperty("data").EnumerateArray()
            .Select(trace => trace.GetProperty("marker").GetProperty("color").GetString()!).Distinct().ToArray();
        Assert.True(colours.Length >= 6);
        foreach (var eye in new[] { Eyes.Usual, Eyes.Protanope, Eyes.Deuteranope, Eyes.Tritanope })
        {
            Assert.True(Eyes.Least(colours, eye) > 24, "all");
            Assert.True(Eyes.Least(colours[..3], eye) > 50, "the first three, which are seen most");
        }
        Assert.True(Eyes.Least(["#D55E00", "#009E73", "#CC79A7"], Eyes.Deuteranope) < 20, "the three that merged");
    }

    [Fact]
    public void Curves_differ_in_stroke_and_clouds_in_shape_too()
    {
        double[] x = [0, 1], y = [0, 1];
        var curves = XElement.Parse(Figures.Curves("t", "x", "y", ("a", x, y), ("b", x, y), ("c", x, y)).Svg);
        var strokes = Elements(curves, "polyline").Select(Style).Where(style => style.Contains("stroke-width:1.8"))
            .Select(style => style.IndexOf("dasharray", StringComparison.Ordinal) is var at and > 0 ? style[at..].Split(';')[0] : "solid");
        Assert.Equal(3, strokes.Distinct().Count());
        using var json = JsonDocument.Parse(Figures.Scatter("t", "x", "y", ("a", x, y), ("b", x, y)).Plotly!);
        Assert.Equal(["circle", "triangle-up"], json.RootElement.GetProperty("data").EnumerateArray()
            .Select(trace => trace.GetProperty("marker").GetProperty("symbol").GetString()));
    }

    // trial 21: the text named a diagonal that was not there.
    [Fact]
    public void Two_measurements_of_one_thing_are_shown_with_their_diagonal()
    {
        double[] before = [0.2, 0.9], after = [0.4, double.NaN];
        using var json = JsonDocument.Parse(Figures.Agreement("t", "base", "aligned", ("prompts", before, after)).Plotly!);
        var diagonal = json.RootElement.GetProperty("data")[1];
        Assert.Equal("equal", diagonal.GetProperty("name").GetString());
        Assert.Equal("[0.2,0.9]", diagonal.GetProperty("x").GetRawText());
        Assert.Equal("[0.2,0.9]", diagonal.GetProperty("y").GetRawText());
        Assert.StartsWith("'t' has no finite value to draw.", Assert.Throws<ArgumentException>(
            () => Figures.Agreement("t", "x", "y", ("a", [double.NaN], [double.NaN]))).Message);
    }

    private static IEnumerable<XElement> Elements(XElement svg, string name) =>
        svg.Descendants().Where(e => e.Name.LocalName == name);

    private static string Style(XElement element) => (string?)element.Attribute("style") ?? "";

    private static double Number(XElement element, string name) =>
        double.Parse(((string?)element.Attribute(name))!, CultureInfo.InvariantCulture);

    private static IEnumerable<(string Text, double X, double Y)> Lines(XElement svg) =>
        Elements(svg, "text").Select(text => (text.Value, ((string)text.Attribute("transform")!)
            .Split('(', ',', ')')[1..3].Select(n => double.Parse(n, CultureInfo.InvariantCulture)).ToArray()))
            .Select(text => (text.Value, text.Item2[0], text.Item2[1]));
}
