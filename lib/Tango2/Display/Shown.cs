using System.Net;

namespace Tango2.Display;

/// <summary>Something a notebook shows: self-contained HTML, without scripts from elsewhere.</summary>
[TypeFormatterSource(typeof(HtmlFormatterSource))]
public abstract class Shown
{
    /// <summary>A fragment of HTML that needs neither network nor kernel.</summary>
    public abstract string ToHtml();

    /// <summary>The same, where a caption tells screen readers more about it than it knows itself.</summary>
    /// <param name="caption">The text beside it; may be empty.</param>
    internal virtual string ToHtml(string caption) => ToHtml();

    /// <summary>Text made safe for HTML.</summary>
    internal static string Escaped(string text) => WebUtility.HtmlEncode(text);
}

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
