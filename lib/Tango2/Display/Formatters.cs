namespace Tango2.Display;

/// <summary>Formatters of everything that is shown as HTML, by the names that hosts call.</summary>
internal sealed class HtmlFormatterSource
{
    /// <summary>Called by the host, once per type.</summary>
    public static IEnumerable<object> CreateTypeFormatters() => [new HtmlFormatter(), new TextFormatter()];
}

/// <summary>Writes the HTML face.</summary>
internal sealed class HtmlFormatter
{
    /// <summary>What it writes.</summary>
    public string MimeType { get; } = "text/html";

    /// <summary>Called by the host.</summary>
    public bool Format(object instance, TextWriter writer)
    {
        if (instance is not Shown shown) return false;
        writer.Write(shown.ToHtml());
        return true;
    }
}

/// <summary>Writes a line of text where a host can show nothing else.</summary>
internal sealed class TextFormatter
{
    /// <summary>What it writes.</summary>
    public string MimeType { get; } = "text/plain";

    /// <summary>Called by the host.</summary>
    public bool Format(object instance, TextWriter writer)
    {
        writer.Write(instance.ToString());
        return true;
    }
}

/// <summary>
/// Tells notebook hosts how a type is shown. Hosts that use Microsoft.DotNet.Interactive.Formatting look for an
/// attribute of this name and call its parts by name, so the library needs no package of theirs.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class TypeFormatterSourceAttribute(Type formatterSourceType) : Attribute
{
    /// <summary>A type with a public constructor and a method CreateTypeFormatters.</summary>
    public Type FormatterSourceType { get; } = formatterSourceType;

    /// <summary>The faces a host should ask for.</summary>
    public string[] PreferredMimeTypes { get; set; } = ["text/html"];
}
