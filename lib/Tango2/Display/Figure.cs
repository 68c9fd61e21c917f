namespace Tango2.Display;

/// <summary>A drawn figure: SVG text, made by <see cref="Figures"/>.</summary>
[TypeFormatterSource(typeof(HtmlFormatterSource))]
public class Figure : Shown
{
    /// <summary>A figure of SVG that is there already.</summary>
    /// <param name="title">What it shows; also read out by screen readers.</param>
    /// <param name="svg">One svg element.</param>
    public Figure(string title, string svg) => (Title, Svg) = (title, svg);

    /// <summary>What the figure shows.</summary>
    public string Title { get; }

    /// <summary>The svg element, for a file or a page.</summary>
    public string Svg { get; }

    /// <inheritdoc/>
    public override string ToHtml() =>
        $"""<figure role="img" aria-label="{Escaped(Title)}" style="margin:0;max-width:100%">{Svg}</figure>""";

    /// <inheritdoc/>
    public override string ToString() => $"Figure: {Title}";
}
