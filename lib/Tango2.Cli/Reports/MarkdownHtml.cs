using System.Net;
using System.Text.RegularExpressions;
using Markdig;

namespace Tango2.Cli.Reports;

/// <summary>Text cells as HTML: tables and formulas included, links to other notebooks turned to their place in the page.</summary>
internal static partial class MarkdownHtml
{
    private static readonly MarkdownPipeline Pipeline =
        new MarkdownPipelineBuilder().UsePipeTables().UseMathematics().UseTaskLists().UseFootnotes().Build();

    /// <summary>The cell's HTML.</summary>
    /// <exception cref="InvalidDataException">A formula has a command that is not known.</exception>
    public static string From(string markdown)
    {
        var html = Markdown.ToHtml(markdown, Pipeline);
        html = Lonely().Replace(html, """<div class="math">\[${latex}\]</div>""");
        html = Formula().Replace(html, match => match.Groups["tag"].Value == "div"
            ? $"<div class=\"formulas\">{Math(match, block: true)}</div>"
            : Math(match, block: false));
        html = Head().Replace(html, "<th scope=\"col\"");
        return Link().Replace(html, match => $"href=\"#{match.Groups["name"].Value}\"");
    }

    private static string Math(Match match, bool block) =>
        MathMl.From(WebUtility.HtmlDecode(match.Groups["latex"].Value), block);

    /// <summary>A formula that is a paragraph of its own, as $$…$$ on one line becomes.</summary>
    [GeneratedRegex("""<p><span class="math">\\\((?<latex>((?!</span>).)*)\\\)</span></p>""", RegexOptions.Singleline)]
    private static partial Regex Lonely();

    [GeneratedRegex("""<(?<tag>span|div) class="math">\s*\\[\(\[](?<latex>.*?)\\[\)\]]\s*</\k<tag>>""", RegexOptions.Singleline)]
    private static partial Regex Formula();

    [GeneratedRegex("<th(?=[ >])")]
    private static partial Regex Head();

    [GeneratedRegex("""href="(?:\./)?(?<name>[^"/:]+)\.ipynb(?:#[^"]*)?"\s*""")]
    private static partial Regex Link();
}
