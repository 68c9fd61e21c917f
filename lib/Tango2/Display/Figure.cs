namespace Tango2.Display;

/// <summary>
/// A drawn figure: SVG text, made by <see cref="Figures"/>. Where moving it teaches something, it has a second face, which
/// takes the first one's place on pages that have <see cref="Figures.Interactive"/>'s script.
/// </summary>
[TypeFormatterSource(typeof(HtmlFormatterSource))]
public sealed class Figure : Shown
{
    /// <summary>A figure of SVG that is there already.</summary>
    /// <param name="title">What it shows; also read out by screen readers, with the caption beside it.</param>
    /// <param name="svg">One svg element.</param>
    public Figure(string title, string svg) => (Title, Svg) = (title, svg);

    /// <summary>What the figure shows.</summary>
    public string Title { get; }

    /// <summary>The svg element, for a file or a page.</summary>
    public string Svg { get; }

    /// <summary>The second face, a few KB: data and layout of plotly.js, as JSON; null for figures that stand still.</summary>
    public string? Plotly { get; private init; }

    /// <summary>Seconds of sound along the x axis, where the second face may show how far a player is; 0 for others.</summary>
    internal double Seconds { get; init; }

    /// <summary>The same drawing with another second face, for charts made by other libraries.</summary>
    /// <param name="plotly">JSON with data and layout of plotly.js.</param>
    public Figure WithPlotly(string plotly) => new(Title, Svg) { Plotly = plotly, Seconds = Seconds };

    /// <inheritdoc/>
    public override string ToHtml() => ToHtml("");

    // The name stands on the svg element itself: readers of the page would else walk through its labels one by one.
    internal override string ToHtml(string caption)
    {
        var name = caption.Length == 0 || caption == Title ? Title : $"{Title}, {caption}";
        var named = Svg.Replace("<svg ", $"<svg role=\"img\" aria-label=\"{Escaped(name)}\" ", StringComparison.Ordinal);
        // In apostrophes, since JSON is full of quotes.
        var face = Plotly is null ? ""
            : $" data-plotly='{Plotly.Replace("&", "&amp;").Replace("<", "&lt;").Replace("'", "&#39;")}'";
        var seconds = Seconds > 0 ? FormattableString.Invariant($" data-seconds=\"{Seconds}\"") : "";
        return $"""<figure style="margin:0;max-width:100%"{face}{seconds}>{named}</figure>""";
    }

    /// <inheritdoc/>
    public override string ToString() => $"Figure: {Title}";
}
