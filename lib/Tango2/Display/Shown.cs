using System.Net;

namespace Tango2.Display;

/// <summary>Something a notebook shows: self-contained HTML, without scripts from elsewhere.</summary>
[TypeFormatterSource(typeof(HtmlFormatterSource))]
public abstract class Shown
{
    /// <summary>A fragment of HTML that needs neither network nor kernel.</summary>
    public abstract string ToHtml();

    /// <summary>Text made safe for HTML.</summary>
    internal static string Escaped(string text) => WebUtility.HtmlEncode(text);
}
