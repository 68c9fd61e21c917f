namespace Tango2.Display;

/// <summary>A sentence or two of text between figures.</summary>
/// <param name="text">Plain text; a blank line begins a new paragraph.</param>
[TypeFormatterSource(typeof(HtmlFormatterSource))]
public sealed class Note(string text) : Shown
{
    /// <inheritdoc/>
    public override string ToHtml() => string.Concat(
        text.ReplaceLineEndings("\n").Split("\n\n").Select(paragraph => $"<p>{Escaped(paragraph.Trim())}</p>"));

    /// <inheritdoc/>
    public override string ToString() => text;
}
