using System.Globalization;
using Microsoft.FSharp.Core;
using Plotly.NET;
using Plotly.NET.CSharp;
using static Plotly.NET.StyleParam;
using Drawn = Plotly.NET.CSharp.Chart;

namespace Tango2.Charts;

/// <summary>Charts by Plotly.NET. Only <see cref="PlotlyContext"/>'s copy of this assembly may use this class.</summary>
internal static class PlotlyDrawing
{
    private static readonly DrawingStyle[] Dashes =
        [DrawingStyle.Solid, DrawingStyle.Dash, DrawingStyle.Dot, DrawingStyle.DashDot, DrawingStyle.LongDash];

    private static readonly string[] Shapes = ["circle", "triangle-up", "square", "diamond"];

    /// <summary>Called by name, from the other copy.</summary>
    public static string Draw(string text)
    {
        var chart = Chart.FromText(text);
        var drawn = Drawn.Combine(chart.Traces.Select(One));
        var layout = drawn.GetLayout();
        layout.SetProperty("title", Of(
            ("text", Lines(chart.Title)), ("font", Of(("size", 14))),
            ("x", 0.01), ("xanchor", "left"))); // The right has buttons.
        layout.SetProperty("xaxis", Axis(chart.XLabel));
        layout.SetProperty("yaxis", Axis(chart.YLabel, chart.Traces is [Bars bars] ? Names(bars) : []));
        layout.SetProperty("height", chart.Height);
        layout.SetProperty("margin", Of(("l", 50), ("r", 20), ("t", 60), ("b", 50)));
        if (chart.Traces.Any(trace => trace is Columns)) layout.SetProperty("barmode", "overlay");
        return GenericChart.toFigureJson(drawn);
    }

    /// <summary>Called by name, from the other copy.</summary>
    public static string Script()
    {
        var assembly = typeof(GenericChart).Assembly;
        var name = assembly.GetManifestResourceNames().Single(name => name.EndsWith(".min.js", StringComparison.Ordinal));
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }

    private static GenericChart One(Trace trace) => trace switch
    {
        Curve curve => Noted(Drawn.Line<IConvertible, IConvertible, string>(Numbers(curve.X), Numbers(curve.Y),
            Name: Lines(curve.Name), LineColor: Color.fromHex(curve.Colour), LineDash: Dashes[curve.Dash % Dashes.Length],
            UseDefaults: false), curve),
        Cloud cloud => Noted(Drawn.Scatter<IConvertible, IConvertible, string>(Numbers(cloud.X), Numbers(cloud.Y),
            Mode.Markers, Name: Lines(cloud.Name), Opacity: 0.7, UseDefaults: false), cloud,
            ("marker", Of(("color", cloud.Colour), ("symbol", Shapes[cloud.Shape % Shapes.Length]), ("size", 6)))),
        Columns columns => Noted(Drawn.Column<IConvertible, IConvertible, string>(Numbers(columns.Counts),
            Keys: Some(Numbers(columns.Centres)), Name: Lines(columns.Name), Opacity: 0.6,
            MarkerColor: Color.fromHex(columns.Colour), UseDefaults: false), columns),
        Bars bars => Noted(Drawn.Bar<IConvertible, int, string>(Numbers(bars.Values),
            Keys: Some(Enumerable.Range(0, bars.Names.Count)), MarkerColor: Color.fromHex(bars.Colour), ShowLegend: false,
            UseDefaults: false), bars, Interval(bars)),
        HeatMap map => Noted(Drawn.Heatmap<string>(
            EncodedTypedArray.ofInt8Array([.. map.Values], FSharpOption<IEnumerable<int>>.Some([map.Rows, map.Columns])),
            Name: map.Name, ColorScale: Colorscale.Viridis, UseDefaults: false), map,
            ("x0", map.Width / map.Columns / 2), ("dx", map.Width / map.Columns), ("y0", 0.5), ("dy", 1),
            ("colorbar", Of(("title", Text(map.Name))))),
        _ => throw new ArgumentException($"There is no drawing of {trace.GetType().Name}."),
    };

    // Plotly tells hovertext beside the numbers; text it would also write onto bars.
    private static GenericChart Noted(GenericChart drawn, Trace trace, params (string Name, object Value)[] more)
    {
        var one = drawn.GetTraces().Single();
        foreach (var (name, value) in more) one.SetProperty(name, value);
        if (trace.Notes is { } notes) one.SetProperty("hovertext", notes.Select(Lines).ToArray());
        if (trace is HeatMap map)
            one.SetProperty("hovertemplate", $"%{{x:.3~f}}, bin %{{y:.0f}}: %{{z}}<extra>{map.Name}</extra>");
        return drawn;
    }

    private static (string, object) Interval(Bars bars) => ("error_x", Of(
        ("type", "data"), ("symmetric", false), ("thickness", 1.5), ("width", 5),
        ("array", Numbers(bars.High.Zip(bars.Values, (high, value) => high - value)).ToArray()),
        ("arrayminus", Numbers(bars.Values.Zip(bars.Low, (value, low) => value - low)).ToArray())));

    // Rows by number and not by name: two rows may have the same name.
    private static (string, object)[] Names(Bars bars) =>
    [
        ("tickvals", Enumerable.Range(0, bars.Names.Count).ToArray()), ("ticktext", bars.Names.Select(Lines).ToArray()),
        ("autorange", "reversed"), ("zeroline", false),
    ];

    private static DynamicObj.DynamicObj Axis(string label, params (string, object)[] more) =>
        Of([("title", Text(label)), ("automargin", true), .. more]);

    private static DynamicObj.DynamicObj Text(string text) => Of(("text", Lines(text)));

    private static string Lines(string text) => text.Replace("<", "&lt;").Replace("\n", "<br>");

    private static DynamicObj.DynamicObj Of(params (string Name, object Value)[] properties)
    {
        var of = new DynamicObj.DynamicObj();
        foreach (var (name, value) in properties) of.SetProperty(name, value);
        return of;
    }

    // Five digits are more than a screen shows; JSON knows no NaN, and Plotly leaves a gap at null.
    private static IEnumerable<IConvertible> Numbers(IEnumerable<double> values) => values.Select(value =>
        !double.IsFinite(value) ? null!
        : double.IsInteger(value) && Math.Abs(value) < int.MaxValue ? (IConvertible)(int)value
        : double.Parse(value.ToString("G5", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));

    private static Optional<T> Some<T>(T value) => new(value, true);
}
