using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Tango2.Interactive;

/// <summary>What a reader sees or hears of a cell, in words that two hosts must agree on.</summary>
/// <param name="Kind">printed, row (of a table), figure, player, chart, script, text or faces.</param>
/// <param name="Text">What it says: the cells of a row, a figure's label and words, a line.</param>
/// <remarks>
/// A figure is known by its label and the words in it, not by its strokes: a detector that hears one sound more on another
/// processor draws one bar more. <see cref="Likeness"/> compares the texts.
/// </remarks>
internal sealed partial record Sight(string Kind, string Text)
{
    /// <summary>All of a cell's outputs; the two streams first, since hosts interleave them differently with what is shown.</summary>
    public static IReadOnlyList<Sight> Of(IReadOnlyList<Output> outputs) =>
    [
        .. Printed(outputs, "stdout"), .. Printed(outputs, "stderr"),
        .. outputs.Where(o => o.Kind == "shown").SelectMany(o => Faces(o.Faces)),
    ];

    /// <summary>Only what kinds of things are seen, each once where several follow each other, as the rows of a table do.</summary>
    public static IReadOnlyList<Sight> Kinds(IReadOnlyList<Sight> seen) =>
        [.. seen.Where((sight, i) => i == 0 || sight.Kind != seen[i - 1].Kind).Select(sight => sight with { Text = "" })];

    private static IEnumerable<Sight> Printed(IEnumerable<Output> outputs, string stream) =>
        string.Concat(outputs.Where(o => o.Kind == stream).Select(o => o.Faces["text/plain"]))
            .Split('\n').Select(Overwritten).Where(line => line.Length > 0).Select(line => new Sight("printed", line));

    /// <summary>A line's last state, where carriage returns rewrote it: our runner keeps that, the kernel all of them.</summary>
    private static string Overwritten(string line) => line.TrimEnd('\r').Split('\r')[^1];

    private static IEnumerable<Sight> Faces(Dictionary<string, string> faces)
    {
        yield return new("faces", string.Join(" + ", faces.Keys.Order(StringComparer.Ordinal)));
        foreach (var (type, content) in faces.OrderBy(face => face.Key, StringComparer.Ordinal))
            foreach (var sight in type.EndsWith("json", StringComparison.Ordinal) ? [new Sight("chart", Words(content))]
                : type == "text/html" ? Html(content)
                : [new Sight("text", content.Trim())])
                yield return sight;
    }

    private static IEnumerable<Sight> Html(string html)
    {
        var text = new StringBuilder();
        foreach (Match part in Part().Matches(html))
        {
            var name = part.Groups["name"].Value;
            if (name is "svg" or "audio" or "script") yield return Of(name, part.Value);
            else if (part.Value == "</tr>") yield return new("row", Taken());
            else if (Ends().IsMatch(part.Value) && text.ToString().Any(char.IsLetterOrDigit)) yield return new("text", Taken());
            else if (part.Value is "</td>" or "</th>") text.Append(" | ");
            else if (!part.Value.StartsWith('<')) text.Append(part.Value);
        }
        if (Taken() is { Length: > 0 } rest) yield return new("text", rest);

        string Taken()
        {
            var taken = Plain(text.ToString());
            text.Clear();
            return taken;
        }
    }

    private static Sight Of(string name, string html) => name switch
    {
        "svg" => new("figure", $"{Label(html)}: {string.Join(", ", SvgText().Matches(html)
            .Select(text => Plain(Tag().Replace(text.Groups[1].Value, " "))).Where(word => word.Any(char.IsLetter)))}"),
        "audio" => new("player", $"{Label(html)}: {Sound(html)}"),
        _ => new("script", Plain(Base64().Replace(html, "…"))),
    };

    private static string Label(string html) => Plain(Named().Match(html).Groups[1].Value);

    /// <summary>How many bytes, and how loud where it is a WAV of 16 bits: the root mean square of its samples in decibels.</summary>
    private static string Sound(string html)
    {
        var source = DataUri().Match(html);
        if (!source.Success) return "no sound";
        var bytes = Convert.FromBase64String(source.Groups[2].Value);
        var samples = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, short>(bytes.AsSpan(44)).ToArray();
        var loudness = 10 * Math.Log10(samples.Average(s => (double)s * s) + 1);
        return $"{source.Groups[1].Value}, {bytes.Length} bytes, {loudness:f1} dB";
    }

    /// <summary>The words of a chart: its texts, but for numbers in base64.</summary>
    private static string Words(string json)
    {
        using var chart = JsonDocument.Parse(json);
        return string.Join(", ", Texts(chart.RootElement));
    }

    private static IEnumerable<string> Texts(JsonElement node) => node.ValueKind switch
    {
        JsonValueKind.Object => node.EnumerateObject().Where(p => p.Name != "bdata").SelectMany(p => Texts(p.Value)),
        JsonValueKind.Array => node.EnumerateArray().SelectMany(Texts),
        JsonValueKind.String => [node.GetString()!],
        _ => [],
    };

    private static string Plain(string html) => Space().Replace(WebUtility.HtmlDecode(html), " ").Trim();

    [GeneratedRegex("<(?<name>svg|audio|script|style)\\b.*?</\\k<name>>|<[^>]*>|[^<]+", RegexOptions.Singleline)]
    private static partial Regex Part();

    [GeneratedRegex("^</(div|p|caption|figure|figcaption|label|noscript|h[1-6]|li)>$")]
    private static partial Regex Ends();

    [GeneratedRegex("<(?:text|title)\\b[^>]*>(.*?)</(?:text|title)>", RegexOptions.Singleline)]
    private static partial Regex SvgText();

    [GeneratedRegex("aria-label=\"([^\"]*)\"")]
    private static partial Regex Named();

    [GeneratedRegex("src=\"data:([^;\"]*);base64,([^\"]*)\"")]
    private static partial Regex DataUri();

    /// <summary>Bytes in base64, also as JSON in HTML writes its plus signs.</summary>
    [GeneratedRegex(@"([A-Za-z0-9+/]|\\u002[BbFf]){100,}=*")]
    private static partial Regex Base64();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
