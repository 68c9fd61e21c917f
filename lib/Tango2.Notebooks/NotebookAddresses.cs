using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Tango2.Notebooks;

/// <summary>What tells of the machine that a notebook ran on: addresses in a network, folders of a user, hosts with their ports.</summary>
internal static partial class NotebookAddresses
{
    /// <summary>The addresses in a text, each once, longer ones first; bytes in base64 hold none.</summary>
    public static IReadOnlyList<string> In(string text)
    {
        var readable = Base64().Replace(text, " ");
        var found = new[] { FourNumbers(), Folder(), WindowsFolder(), HostAndPort() }.SelectMany(pattern => pattern.Matches(readable))
            .Concat(Colons().Matches(readable).Where(match => IPAddress.TryParse(match.Value, out _)));
        return [.. found.Select(match => match.Value).Distinct().OrderByDescending(address => address.Length)];
    }

    /// <summary>The addresses in all texts of a JSON value, names of properties included.</summary>
    public static IReadOnlyList<string> In(JsonNode? node) => [.. Texts(node).SelectMany(In).Distinct()];

    private static IEnumerable<string> Texts(JsonNode? node) => node switch
    {
        JsonObject map => map.SelectMany(entry => Texts(entry.Value).Prepend(entry.Key)),
        JsonArray list => list.SelectMany(Texts),
        JsonValue value when value.TryGetValue<string>(out var text) => [text],
        _ => [],
    };

    /// <summary>IPv4: four numbers up to 255, and no part of a longer number or version.</summary>
    [GeneratedRegex(@"(?<![\w.])((25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(25[0-5]|2[0-4]\d|1?\d?\d)(?!\w|\.\d)")]
    private static partial Regex FourNumbers();

    /// <summary>What may be IPv6, with a digit, since a::b is C++; the framework decides, so a time of day is none.</summary>
    [GeneratedRegex(@"(?<![\w:])(?=[a-fA-F:]*[0-9])[0-9a-fA-F]{0,4}:[0-9a-fA-F:]*:[0-9a-fA-F:]*(?![\w:])")]
    private static partial Regex Colons();

    /// <summary>A folder of a user or of root, on Linux and macOS.</summary>
    [GeneratedRegex(@"(?<![\w.])(/home|/Users|/root)(/[\w.-]+)+")]
    private static partial Regex Folder();

    [GeneratedRegex(@"\b[A-Za-z]:\\+Users(\\+[\w.-]+)+")]
    private static partial Regex WindowsFolder();

    /// <summary>A host and its port: after two slashes, or a name that only hosts have.</summary>
    [GeneratedRegex(@"((?<=//)[A-Za-z][\w.-]*|\blocalhost|"
        + @"(?<![\w.-])[A-Za-z][\w.-]*\.(local|internal|lan|home|corp|com|net|org|io|dev)):\d{2,5}(?!\w)")]
    private static partial Regex HostAndPort();

    [GeneratedRegex("[A-Za-z0-9+/]{100,}=*")]
    private static partial Regex Base64();
}
