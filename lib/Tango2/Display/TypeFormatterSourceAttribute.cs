namespace Tango2.Display;

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
