using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tango2.Charts;

/// <summary>A chart of a page: what is drawn, and how the axes are called. Plotly.NET draws it.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="XLabel">With the unit in brackets: "time [s]".</param>
/// <param name="YLabel">The same of the other axis; may be empty.</param>
/// <param name="Traces">At least one.</param>
internal sealed record Chart(string Title, string XLabel, string YLabel, IReadOnlyList<Trace> Traces)
{
    private static readonly JsonSerializerOptions Exact =
        new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>Pixels.</summary>
    public int Height { get; init; } = 360;

    /// <summary>The document that plotly.js draws: data and layout, without Plotly.NET's default template of 9 KB.</summary>
    /// <exception cref="FileNotFoundException">The folder plotly, which stands beside this assembly, is missing.</exception>
    public string ToPlotly() => PlotlyContext.Draw(ToText());

    // Records do not cross from one load context into another, since each has its own type of that name; text does.
    internal string ToText() => JsonSerializer.Serialize(this, Exact);

    internal static Chart FromText(string text) => JsonSerializer.Deserialize<Chart>(text, Exact)!;
}

/// <summary>One thing in a chart.</summary>
/// <param name="Name">In the legend, which is there if there is more than one name.</param>
/// <param name="Colour">"#" and six hexadecimal digits.</param>
[JsonDerivedType(typeof(Curve), "curve")]
[JsonDerivedType(typeof(Cloud), "cloud")]
[JsonDerivedType(typeof(Columns), "columns")]
[JsonDerivedType(typeof(Bars), "bars")]
[JsonDerivedType(typeof(HeatMap), "heat map")]
internal abstract record Trace(string Name, string Colour)
{
    /// <summary>What is told of each point beside its numbers, while the pointer is over it.</summary>
    public IReadOnlyList<string>? Notes { get; init; }
}

/// <summary>A line through points; NaN leaves a gap.</summary>
/// <param name="Name">In the legend.</param>
/// <param name="Colour">"#" and six hexadecimal digits.</param>
/// <param name="X">[N].</param>
/// <param name="Y">[N].</param>
/// <param name="Dash">How it is stroked: the n-th of solid, dash, dot, dash and dot, long dash.</param>
internal sealed record Curve(string Name, string Colour, IReadOnlyList<double> X, IReadOnlyList<double> Y, int Dash = 0)
    : Trace(Name, Colour);

/// <summary>Points.</summary>
/// <param name="Name">In the legend.</param>
/// <param name="Colour">"#" and six hexadecimal digits.</param>
/// <param name="X">[N].</param>
/// <param name="Y">[N].</param>
/// <param name="Shape">The n-th of circle, triangle, square, diamond.</param>
internal sealed record Cloud(string Name, string Colour, IReadOnlyList<double> X, IReadOnlyList<double> Y, int Shape = 0)
    : Trace(Name, Colour);

/// <summary>The counts of a histogram, laid over other histograms.</summary>
/// <param name="Name">In the legend.</param>
/// <param name="Colour">"#" and six hexadecimal digits.</param>
/// <param name="Centres">Of the bins.</param>
/// <param name="Counts">One for each bin.</param>
internal sealed record Columns(string Name, string Colour, IReadOnlyList<double> Centres, IReadOnlyList<double> Counts)
    : Trace(Name, Colour);

/// <summary>A bar to the right for each name, the first on top, with the interval [low, high].</summary>
/// <param name="Name">In the legend; may be empty.</param>
/// <param name="Colour">"#" and six hexadecimal digits.</param>
/// <param name="Names">One for each bar.</param>
/// <param name="Values">Their lengths.</param>
/// <param name="Low">Lower ends of the intervals; equal to <paramref name="Values"/> where there is none.</param>
/// <param name="High">Upper ends.</param>
internal sealed record Bars(string Name, string Colour, IReadOnlyList<string> Names, IReadOnlyList<double> Values,
    IReadOnlyList<double> Low, IReadOnlyList<double> High) : Trace(Name, Colour);

/// <summary>A picture of whole numbers, a byte for each, so that a spectrogram takes a few KB.</summary>
/// <param name="Name">What a number means, with its unit: "level [dB]".</param>
/// <param name="Rows">Rows of the picture, from below.</param>
/// <param name="Columns">Columns, from the left.</param>
/// <param name="Values">[Rows · Columns], row by row.</param>
/// <param name="Width">What all columns together are on the x axis, which begins at 0.</param>
internal sealed record HeatMap(string Name, int Rows, int Columns, IReadOnlyList<sbyte> Values, double Width)
    : Trace(Name, "");
