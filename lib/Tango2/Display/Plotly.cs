using System.Text.Json.Nodes;

namespace Tango2.Display;

/// <summary>Plotly's JSON, as small as it can be.</summary>
internal static class Plotly
{
    private static readonly string[] Dashes = ["solid", "dash", "dot", "dashdot", "longdash"];
    private static readonly string[] Symbols = ["circle", "triangle-up", "square", "diamond"];

    /// <summary>The whole document: traces and a layout with labelled axes.</summary>
    public static string Json(string title, string xLabel, string yLabel, IEnumerable<JsonObject> traces) => new JsonObject
    {
        ["data"] = new JsonArray([.. traces]),
        ["layout"] = new JsonObject
        {
            ["title"] = new JsonObject { ["text"] = title },
            ["xaxis"] = new JsonObject { ["title"] = new JsonObject { ["text"] = xLabel } },
            ["yaxis"] = new JsonObject { ["title"] = new JsonObject { ["text"] = yLabel } },
            ["barmode"] = "overlay",
            ["height"] = 360,
        },
    }.ToJsonString();

    /// <summary>A line ("lines") or a cloud ("markers").</summary>
    public static JsonObject Trace(string name, string mode, int index, IEnumerable<double> x, IEnumerable<double> y) => new()
    {
        ["type"] = "scatter",
        ["mode"] = mode,
        ["name"] = name,
        ["x"] = Numbers(x),
        ["y"] = Numbers(y),
        [mode == "lines" ? "line" : "marker"] = Mark(mode, index),
    };

    /// <summary>Bars of a histogram whose counts are known.</summary>
    public static JsonObject Bars(string name, int index, IEnumerable<double> centres, IEnumerable<double> counts) => new()
    {
        ["type"] = "bar",
        ["name"] = name,
        ["x"] = Numbers(centres),
        ["y"] = Numbers(counts),
        ["opacity"] = 0.6,
        ["marker"] = Colour(index),
    };

    private static JsonObject Mark(string mode, int index)
    {
        var mark = Colour(index);
        if (mode == "lines") mark["dash"] = Dashes[index % Dashes.Length];
        else mark["symbol"] = Symbols[index % Symbols.Length];
        return mark;
    }

    private static JsonObject Colour(int index) => new() { ["color"] = Drawing.Palette[index % Drawing.Palette.Length] };

    // Five digits are more than a screen shows; JSON knows no NaN, Plotly leaves a gap at null.
    private static JsonArray Numbers(IEnumerable<double> values) => new(
        [.. values.Select(v => double.IsFinite(v) && v != 0
            ? (JsonNode?)double.Parse(v.ToString("G5", System.Globalization.CultureInfo.InvariantCulture),
                System.Globalization.CultureInfo.InvariantCulture)
            : v == 0 ? 0.0 : null)]);
}
