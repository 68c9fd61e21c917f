using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.DotNet.Interactive.Formatting;
using Tango2.Audio;
using Tango2.Display;

namespace Tango2.Tests.Display;

public class FiguresTests
{
    [Fact]
    public void A_number_that_rounds_to_zero_has_no_sign() =>
        Assert.Equal("a\tb\n0\t-0.1", new Table("x", "a", "b").Add(-1e-5, -0.1).ToString());

    [Fact]
    public void A_columns_numbers_have_the_decimals_that_its_finest_needs_up_to_three() =>
        Assert.Equal("a\tb\tc\n0.500\t1\t1,000\n-0.123\t2\t–\nNaN\t0\t5",
            new Table("x", "a", "b", "c").Add(0.5, 1.0, 1000).Add(-0.1234, 2.0, null).Add(double.NaN, -1e-9, 5).ToString());

    [Fact]
    public void Numbers_of_the_papers_column_keep_the_decimals_that_they_have() =>
        Assert.Equal("ours\tpaper\n0.500\t0.5\n0.125\t0.54",
            new Table("x", "ours", "paper") { PaperColumn = 1 }.Add(0.5, 0.5).Add(0.125, 0.54).ToString());

    [Fact]
    public void Long_names_of_bars_get_the_room_that_they_need()
    {
        static double Left(string name) => double.Parse(Regex.Match(
            Figures.Bars("x", "y", (name, 1)).Svg, """<text [^>]*translate\(([\d.]+),[^>]*>""" + name).Groups[1].Value,
            CultureInfo.InvariantCulture);
        Assert.True(Left(new string('m', 40)) > Left("m") + 200);
    }

    [Fact]
    public void Figures_on_one_page_share_no_id()
    {
        string[] Ids(Figure figure) => [.. XElement.Parse(figure.Svg).Descendants().Attributes("id").Select(a => a.Value)];
        string[] Used(Figure figure) => [.. Regex.Matches(figure.Svg, @"url\(#([^)]+)\)").Select(m => m.Groups[1].Value)];
        var (small, large) = (Figures.Waveform(new float[100], 16_000, "a"), Figures.Scatter("b", "x", "y", ("a", [0.0, 1], [0.0, 1])));

        Assert.Empty(Ids(small).Intersect(Ids(large)));
        Assert.All([small, large], f => Assert.Subset(Ids(f).ToHashSet(), Used(f).ToHashSet()));
        Assert.NotEmpty(Used(large));
    }

    [Fact]
    public void Every_figure_is_one_well_formed_svg_with_its_labels()
    {
        double[] x = [0, 1, 2], y = [3, 1, 2];
        Figure[] figures =
        [
            Figures.Waveform(new float[16_000], 16_000, "one & two"),
            Figures.Spectrogram(new float[128, 32], "one & two", 2.56),
            Figures.Curves("one & two", "step", "loss", ("a", x, y), ("b", y, x)),
            Figures.Scatter("one & two", "a [s]", "b [s]", ("a", x, y)),
            Figures.Histogram("one & two", "score", 10, ("a", y)),
            Figures.Bars("one & two", "FAD", ("a", 1, 0.5, 1.5), ("b", 2, 1, 3)),
        ];
        foreach (var figure in figures)
        {
            var svg = XElement.Parse(figure.Svg);
            Assert.Equal("svg", svg.Name.LocalName);
            Assert.Contains("one & two", svg.Value);
            Assert.True(figure.Svg.Length < 60_000, $"{figure.Svg.Length} bytes");
        }
    }

    [Fact]
    public void A_long_waveform_keeps_its_peaks_and_stays_small()
    {
        var samples = new float[1_000_000];
        samples[777_777] = 1;
        var quiet = Figures.Waveform(new float[1_000_000], 16_000, "t").Svg;
        var peak = Figures.Waveform(samples, 16_000, "t").Svg;
        Assert.NotEqual(quiet, peak);
        Assert.True(peak.Length < 40_000);
    }

    [Fact]
    public void The_plotly_face_is_json_with_gaps_for_missing_numbers()
    {
        var figure = Figures.Curves("t", "x", "y", ("a", [0, 1, 2], [1, double.NaN, 3]));
        using var json = JsonDocument.Parse(figure.Plotly!);
        var y = json.RootElement.GetProperty("data")[0].GetProperty("y");
        Assert.Equal([JsonValueKind.Number, JsonValueKind.Null, JsonValueKind.Number], y.EnumerateArray().Select(v => v.ValueKind));
    }

    [Fact]
    public void Curves_of_unequal_length_are_refused_by_name() => Assert.Equal(
        "'a' must have as many x as y, but has 1 and 2.",
        Assert.Throws<ArgumentException>(() => Figures.Curves("t", "x", "y", ("a", [0], [1, 2]))).Message);

    [Fact]
    public void Notebook_hosts_find_the_faces_by_convention()
    {
        var curves = Figures.Curves("t", "x", "y", ("a", [0, 1], [1, 2]));
        Assert.Contains("<svg", curves.ToDisplayString("text/html"));
        Assert.Equal(["text/html"], Formatter.GetPreferredMimeTypesFor(typeof(Figure)));
        Assert.Contains("<script>", Figures.Interactive().ToDisplayString("text/html"));
        Assert.Contains("<audio", new AudioPlayer(new Waveform(new float[10], 16_000)).ToDisplayString("text/html"));
        Assert.Contains("<table", new Table("t", "a").Add(1).ToDisplayString("text/html"));
        Assert.Contains("flex", new Row("a", "b").ToDisplayString("text/html"));
    }

    [Fact]
    public void A_player_carries_its_sound()
    {
        var sound = new Waveform([0f, 0.5f, -0.5f], 16_000);
        var uri = new AudioPlayer(sound).DataUri;
        Assert.StartsWith("data:audio/wav;base64,", uri);
        var back = Wav.Decode(Convert.FromBase64String(uri[(uri.IndexOf(',') + 1)..]));
        Assert.Equal(sound.Samples, back.Samples);
    }

    [Fact]
    public void A_table_aligns_numbers_and_marks_the_papers_column()
    {
        var html = new Table("Ours & theirs", "model", "FAD", "paper") { PaperColumn = 2, NumberFormat = "f2" }
            .Add("Tango 2", 1.234, 2.69).Add("none", null, 1234).ToHtml();
        Assert.Contains("Ours &amp; theirs", html);
        Assert.Contains("text-align:right\">1.23<", html);
        Assert.Contains("font-style:italic;opacity:0.8\">2.69<", html);
        Assert.Contains(">1,234<", html);
        Assert.Contains(">–<", html);
    }

    [Fact]
    public void A_row_of_wrong_length_is_refused() => Assert.Equal(
        "A row of 't' must have 2 cells, but has 1.",
        Assert.Throws<ArgumentException>(() => new Table("t", "a", "b").Add(1)).Message);

    // trial 12: a figure's and a player's name, with the caption that tells equal ones apart.
    [Fact]
    public void Pictures_and_players_tell_screen_readers_their_name_and_caption()
    {
        var figure = Figures.Waveform(new float[10], 16_000, "Predicted \"clip\"");
        var sound = new Waveform(new float[16_000], 16_000);
        var row = XElement.Parse(new Row(("t = 951", figure), ("seed 1", new AudioPlayer(sound))).ToHtml().Replace(" controls", ""));
        Assert.Equal("Predicted \"clip\", t = 951", (string?)Single(row, "svg").Attribute("aria-label"));
        Assert.Equal("img", (string?)Single(row, "svg").Attribute("role"));
        Assert.Equal("Sound: seed 1", (string?)Single(row, "audio").Attribute("aria-label"));
        Assert.Contains("aria-label=\"Sound: a bell\"", new AudioPlayer(sound, "a bell").ToHtml());
        Assert.Contains("aria-label=\"Sound: 1 s\"", new AudioPlayer(sound).ToHtml());
        Assert.Contains("aria-label=\"Predicted", figure.ToHtml());
    }

    // trial 12 and 11
    [Fact]
    public void Heads_of_a_table_have_a_scope_and_cells_of_a_wide_one_know_their_column()
    {
        var wide = XElement.Parse(new Table("t", "metric", "a", "b", "c & d", "e").Add("FAD", 1, 2, 3, 4).ToHtml());
        Assert.Equal(["col", "col", "col", "col", "col", "row"], Heads(wide));
        Assert.Equal(["metric", "a", "b", "c & d", "e"], wide.Descendants().Attributes("data-label").Select(a => a.Value));
        var small = XElement.Parse(new Table("t", "step", "loss").Add(1, 0.5).ToHtml());
        Assert.Equal(["col", "col"], Heads(small));
        Assert.Empty(small.Descendants().Attributes("data-label"));

        static IEnumerable<string?> Heads(XElement table) =>
            table.Descendants("th").Select(head => (string?)head.Attribute("scope"));
    }

    private static XElement Single(XElement root, string name) => root.Descendants().Single(e => e.Name.LocalName == name);
}
