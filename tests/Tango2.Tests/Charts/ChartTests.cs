using System.Runtime.Loader;
using System.Text.Json;
using Tango2.Charts;

namespace Tango2.Tests.Charts;

public class ChartTests
{
    [Fact]
    public void Curves_and_clouds_come_back_with_their_points_notes_and_gaps()
    {
        using var json = Parsed(new("t", "x [s]", "y",
        [
            new Curve("a", "#0072B2", [0, 1, 2], [1, double.NaN, 3.123456789], 1) { Notes = ["one", "a < b", "three"] },
            new Cloud("b", "#D55E00", [0.25, double.PositiveInfinity], [1, 2], 1),
        ]));
        var (curve, cloud) = (Trace(json, 0), Trace(json, 1));
        Assert.Equal("[0,1,2]", curve.GetProperty("x").GetRawText());
        Assert.Equal("[1,null,3.1235]", curve.GetProperty("y").GetRawText());
        Assert.Equal(["one", "a &lt; b", "three"], curve.GetProperty("hovertext").EnumerateArray().Select(v => v.GetString()!));
        Assert.Equal("dash", curve.GetProperty("line").GetProperty("dash").GetString());
        Assert.Equal("[0.25,null]", cloud.GetProperty("x").GetRawText());
        Assert.Equal("markers", cloud.GetProperty("mode").GetString());
        Assert.Equal("triangle-up", cloud.GetProperty("marker").GetProperty("symbol").GetString());
        var layout = json.RootElement.GetProperty("layout");
        Assert.Equal("t", layout.GetProperty("title").GetProperty("text").GetString());
        Assert.Equal("x [s]", layout.GetProperty("xaxis").GetProperty("title").GetProperty("text").GetString());
    }

    [Fact]
    public void Bars_have_their_intervals_as_distances_and_equal_names_stay_apart()
    {
        using var json = Parsed(new("t", "x", "", [new Bars("", "#0072B2", ["same", "same"], [1, -2], [0.5, -3], [1.25, -1])]));
        var bars = Trace(json, 0);
        Assert.Equal("[1,-2]", bars.GetProperty("x").GetRawText());
        Assert.Equal("[0,1]", bars.GetProperty("y").GetRawText());
        Assert.Equal("[0.25,1]", bars.GetProperty("error_x").GetProperty("array").GetRawText());
        Assert.Equal("[0.5,1]", bars.GetProperty("error_x").GetProperty("arrayminus").GetRawText());
        var axis = json.RootElement.GetProperty("layout").GetProperty("yaxis");
        Assert.Equal("""["same","same"]""", axis.GetProperty("ticktext").GetRawText());
        Assert.Equal("reversed", axis.GetProperty("autorange").GetString());
    }

    [Fact]
    public void A_histogram_lies_over_another_and_a_heat_map_is_a_byte_a_cell()
    {
        using var histogram = Parsed(new("t", "x", "count", [new Columns("a", "#0072B2", [0.5, 1.5], [3, 4])]));
        Assert.Equal("[3,4]", Trace(histogram, 0).GetProperty("y").GetRawText());
        Assert.Equal("overlay", histogram.RootElement.GetProperty("layout").GetProperty("barmode").GetString());
        using var map = Parsed(new("t", "time [s]", "bin", [new HeatMap("level [dB]", 2, 3, [1, 2, 3, -4, -5, -128], 1.5)]));
        var z = Trace(map, 0).GetProperty("z");
        Assert.Equal("2,3", z.GetProperty("shape").GetString());
        Assert.Equal([1, 2, 3, -4, -5, -128],
            Convert.FromBase64String(z.GetProperty("bdata").GetString()!).Select(value => (int)(sbyte)value));
        Assert.Equal((0.25, 0.5), (Trace(map, 0).GetProperty("x0").GetDouble(), Trace(map, 0).GetProperty("dx").GetDouble()));
    }

    [Fact]
    public void A_chart_carries_no_template()
    {
        var json = new Chart("t", "x", "y", [new Curve("a", "#0072B2", [0, 1], [0, 1])]).ToPlotly();
        Assert.DoesNotContain("template", json);
        Assert.InRange(json.Length, 100, 800);
    }

    [Fact]
    public void Plotly_and_its_fsharp_core_stay_in_a_context_of_their_own()
    {
        _ = new Chart("t", "x", "y", [new Curve("a", "#0072B2", [0, 1], [0, 1])]).ToPlotly();
        string?[] Names(AssemblyLoadContext context) => [.. context.Assemblies.Select(assembly => assembly.GetName().Name)];
        var own = Assert.Single(AssemblyLoadContext.All, context => Names(context).Contains("Plotly.NET"));
        Assert.Equal("Plotly.NET", own.Name);
        Assert.Contains("FSharp.Core", Names(own));
        Assert.DoesNotContain("FSharp.Core", Names(AssemblyLoadContext.Default));
        Assert.DoesNotContain(typeof(Chart).Assembly.GetExportedTypes().SelectMany(type => type.GetMembers()), member =>
            member.ToString()!.Contains("Plotly.NET") || member.ToString()!.Contains("FSharp"));
    }

    [Fact]
    public void The_script_is_whole_and_ends_where_it_should()
    {
        var html = PlotlyScript.Html;
        Assert.Contains("plotly.js v2.28.0", html);
        Assert.InRange(html.Length, 3_000_000, 4_000_000);
        Assert.Equal(2, html.Split("</script").Length - 1);
        Assert.DoesNotMatch("""<script[^>]+src""", html);
    }

    private static JsonDocument Parsed(Chart chart) => JsonDocument.Parse(chart.ToPlotly());

    private static JsonElement Trace(JsonDocument json, int index) => json.RootElement.GetProperty("data")[index];
}
