namespace Tango2.Display;

/// <summary>A drawn figure: SVG text, made by <see cref="Figures"/>.</summary>
[TypeFormatterSource(typeof(HtmlFormatterSource))]
public class Figure : Shown
{
    /// <summary>A figure of SVG that is there already.</summary>
    /// <param name="title">What it shows; also read out by screen readers, with the caption beside it.</param>
    /// <param name="svg">One svg element.</param>
    public Figure(string title, string svg) => (Title, Svg) = (title, svg);

    /// <summary>What the figure shows.</summary>
    public string Title { get; }

    /// <summary>The svg element, for a file or a page.</summary>
    public string Svg { get; }

    /// <inheritdoc/>
    public override string ToHtml() => ToHtml("");

    // The name stands on the svg element itself: readers of the page would else walk through its labels one by one.
    internal override string ToHtml(string caption)
    {
        var name = caption.Length == 0 || caption == Title ? Title : $"{Title}, {caption}";
        var named = Svg.Replace("<svg ", $"<svg role=\"img\" aria-label=\"{Escaped(name)}\" ", StringComparison.Ordinal);
        return $"""<figure style="margin:0;max-width:100%">{named}</figure>""";
    }

    /// <inheritdoc/>
    public override string ToString() => $"Figure: {Title}";
}
