namespace Tango2.Display;

/// <summary>A figure with a second face: Plotly's JSON, which hosts with its renderer let the reader zoom.</summary>
[TypeFormatterSource(typeof(PlotFormatterSource),
    PreferredMimeTypes = ["text/html", "application/vnd.plotly.v1+json"])]
public sealed class PlotlyFigure : Figure
{
    /// <summary>A figure with both faces.</summary>
    internal PlotlyFigure(string title, string svg, string plotlyJson) : base(title, svg) => PlotlyJson = plotlyJson;

    /// <summary>A few KB: data and layout, as MIME type application/vnd.plotly.v1+json defines.</summary>
    public string PlotlyJson { get; }
}
