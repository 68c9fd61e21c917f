using System.Text.Json;
using System.Xml.Linq;
using Tango2.Display;

namespace Tango2.Tests.Display;

public class FigureFaceTests
{
    private static readonly double[] X = [.. Enumerable.Range(0, 2000).Select(i => i / 10.0)];

    private static readonly double[] Y = [.. X.Select(x => Math.Sin(x) * 0.123456789)];

    public static TheoryData<string, int> Faces => new()
    {
        { "curves", 12_000 }, { "scatter", 14_000 }, { "histogram", 4_000 }, { "bars", 2_000 }, { "spectrogram", 8_000 },
    };

    [Theory]
    [MemberData(nameof(Faces))]
    public void The_moving_face_is_small_and_stands_beside_the_drawn_one(string kind, int most)
    {
        var figure = kind switch
        {
            "curves" => Figures.Curves("it's <t> & co", "x", "y", ("a", X, Y)),
            "scatter" => Figures.Scatter("it's <t> & co", "x", "y", ("a", X, Y)),
            "histogram" => Figures.Histogram("it's <t> & co", "x", 40, ("a", X), ("b", Y)),
            "bars" => Figures.Bars("it's <t> & co", "x", [.. Enumerable.Range(0, 8).Select(i => ($"row {i}", i, i - 0.5, i + 0.5))]),
            _ => Figures.Spectrogram(new float[128, 32], "it's <t> & co", 2.56),
        };
        var html = XElement.Parse(figure.ToHtml());
        Assert.Single(html.Elements(), element => element.Name.LocalName == "svg");
        var face = (string?)html.Attribute("data-plotly");
        Assert.Equal(figure.Plotly, face);
        Assert.InRange(face!.Length, 200, most);
        using var json = JsonDocument.Parse(face);
        Assert.NotEmpty(json.RootElement.GetProperty("data").EnumerateArray());
        Assert.DoesNotContain("<script", figure.ToHtml());
    }

    [Fact]
    public void Figures_that_teach_nothing_by_moving_have_the_drawn_face_only()
    {
        var figure = Figures.Waveform(new float[100], 16_000);
        Assert.Null(figure.Plotly);
        Assert.DoesNotContain("data-plotly", figure.ToHtml());
    }

    [Fact]
    public void A_note_belongs_to_its_point_also_where_points_are_left_out()
    {
        string[] notes = [.. X.Select((_, i) => $"note {i}")];
        using var json = JsonDocument.Parse(Figures.Scatter("t", "x", "y", ("a", X, X, notes)).Plotly!);
        var told = json.RootElement.GetProperty("data")[0].GetProperty("hovertext").EnumerateArray().Select(v => v.GetString()).ToArray();
        Assert.Equal(500, told.Length);
        Assert.Equal("note 1999", told[^1]);
        Assert.Equal("'a' must have as many notes as x, but has 1 and 2000.",
            Assert.Throws<ArgumentException>(() => Figures.Curves("t", "x", "y", ("a", X, X, ["one"]))).Message);
    }

    [Fact]
    public void A_histogram_tells_what_a_threshold_keeps()
    {
        using var json = JsonDocument.Parse(Figures.Histogram("t", "x", 4, ("a", [0.0, 1, 2, 4])).Plotly!);
        Assert.Equal(["from 0: 100 %", "from 1: 75 %", "from 2: 50 %", "from 3: 25 %"], json.RootElement.GetProperty("data")[0]
            .GetProperty("hovertext").EnumerateArray().Select(v => v.GetString()));
    }

    [Fact]
    public void A_chart_of_another_library_takes_the_moving_face_and_the_drawn_one_stays()
    {
        var figure = Figures.Bars("t", "x", ("a", 1));
        var other = figure.WithPlotly("""{"data":[],"layout":{}}""");
        Assert.Equal(figure.Svg, other.Svg);
        Assert.Contains("""data-plotly='{"data":[],"layout":{}}'""", other.ToHtml());
    }

    [Fact]
    public void One_line_makes_the_figures_of_a_notebook_move()
    {
        var shown = Figures.Interactive();
        Assert.Contains("plotly.js v2.28.0", shown.ToHtml());
        Assert.Equal("Figures can be zoomed now.", shown.ToString());
    }
}
