using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Tango2.Charts;
using Tango2.Files;
using Tango2.Notebooks;

namespace Tango2.Cli.Reports;

/// <summary>All executed notebooks on one page that needs nothing else: pictures, sounds and scripts are inside.</summary>
internal static partial class HtmlReport
{
    /// <summary>Writes the page.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="notebooks">Executed notebooks in the order of the page.</param>
    /// <param name="opening">The first screen; null begins with the first notebook.</param>
    /// <exception cref="InvalidDataException">A formula cannot be drawn; the message names notebook, cell, formula and command.</exception>
    public static void Write(string path, IReadOnlyList<string> notebooks, ReportOpening? opening = null)
    {
        var pages = notebooks.Select(file => (Name: Path.GetFileNameWithoutExtension(file), File: NotebookFile.Load(file))).ToArray();
        AtomicFile.WriteText(path, Page(pages, opening));
    }

    /// <summary>Draws the text of notebooks and throws it away: a formula that fails must fail before hours of running.</summary>
    /// <exception cref="InvalidDataException">A formula cannot be drawn; the message names notebook, cell, formula and command.</exception>
    public static void Check(IReadOnlyList<string> notebooks)
    {
        foreach (var path in notebooks)
        {
            var cells = NotebookFile.Load(path).Cells;
            for (var i = 0; i < cells.Count; i++)
                if (cells[i].IsMarkdown) Text(cells[i].Source, Path.GetFileNameWithoutExtension(path), i);
        }
    }

    private static string Page((string Name, NotebookFile File)[] pages, ReportOpening? opening)
    {
        var html = new StringBuilder();
        html.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        html.Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        html.Append("<link rel=\"icon\" href=\"data:,\">\n<title>Tango 2, notebook by notebook</title>\n");
        html.Append("<style>\n").Append(ReportStyle.Css).Append("\n</style>\n");
        html.Append("</head>\n<body>\n<nav aria-label=\"Notebooks\"><h1>Tango 2</h1><ol>\n");
        if (opening is not null) html.Append($"<li><a href=\"#{ReportOpening.Id}\">Result</a></li>\n");
        foreach (var (name, file) in pages)
        {
            var failed = Failed(file) ? " <b class=\"bad\">failed</b>" : "";
            html.Append($"<li><a href=\"#{Safe(name)}\">{Safe(file.Title ?? name)}</a>{failed}</li>\n");
        }
        html.Append("</ol></nav>\n<main>\n").Append(opening?.Html());
        foreach (var (name, file) in pages)
        {
            html.Append($"<article id=\"{Safe(name)}\">\n<p class=\"file\">{Safe(name)}.ipynb</p>\n");
            for (var i = 0; i < file.Cells.Count; i++) Cell(html, file.Cells[i], (name, i));
            html.Append("</article>\n");
        }
        // Last, so that text and drawn figures are on the screen before 3.6 MB of script are read.
        html.Append("</main>\n");
        if (html.ToString().Contains(" data-plotly=", StringComparison.Ordinal)) html.Append(PlotlyScript.Html).Append('\n');
        return html.Append("</body>\n</html>\n").ToString();
    }

    private static void Cell(StringBuilder html, NotebookCell cell, (string Notebook, int Index) at)
    {
        if (cell.IsMarkdown)
        {
            html.Append("<section class=\"text\">").Append(Text(cell.Source, at.Notebook, at.Index)).Append("</section>\n");
            return;
        }
        if (!cell.IsCode) return;
        html.Append($"<section class=\"code\"><span class=\"count\" aria-hidden=\"true\">{cell.ExecutionCount}</span>");
        html.Append($"<pre tabindex=\"0\">{CodeHtml.From(cell.Source)}</pre>");
        foreach (var output in cell.Outputs)
            html.Append("<div class=\"output\">").Append(Output(output!, at)).Append("</div>");
        html.Append("</section>\n");
    }

    private static string Text(string markdown, string notebook, int index)
    {
        try
        {
            return MarkdownHtml.From(markdown);
        }
        catch (InvalidDataException error)
        {
            throw new InvalidDataException($"{notebook}.ipynb, cell {index + 1}: {error.Message}", error);
        }
    }

    private static string Output(JsonNode output, (string Notebook, int Index) at)
    {
        var data = output["data"];
        string Face(string type) => NotebookCell.Joined(data![type]);
        return (string?)output["output_type"] switch
        {
            "stream" => $"<pre class=\"{(string?)output["name"]}\">{Held(Safe(NotebookCell.Joined(output["text"])))}</pre>",
            "error" => $"<pre class=\"bad\">{Safe((string?)output["evalue"] ?? "")}</pre>",
            _ when data is null => "",
            _ when data["text/html"] is not null => Face("text/html"),
            _ when data["image/svg+xml"] is not null => Face("image/svg+xml"),
            _ when data["image/png"] is not null => $"<img alt=\"{Safe(Face("text/plain") is { Length: > 0 } told ? told.Trim() : $"Picture of cell {at.Index + 1}")}\" src=\"data:image/png;base64,{Face("image/png").Trim()}\">",
            _ when data["text/markdown"] is not null => Text(Face("text/markdown"), at.Notebook, at.Index),
            _ when data["text/plain"] is not null => $"<pre>{Safe(Face("text/plain"))}</pre>",
            _ => "",
        };
    }

    private static bool Failed(NotebookFile file) =>
        file.Cells.Any(cell => cell.Outputs.Any(output => (string?)output?["output_type"] == "error"));

    /// <summary>Lines of expectations that held, in green.</summary>
    private static string Held(string text) => Tick().Replace(text, "<span class=\"good\">$0</span>");

    private static string Safe(string text) => WebUtility.HtmlEncode(text);

    [GeneratedRegex("^(✓|&#10003;).*$", RegexOptions.Multiline)]
    private static partial Regex Tick();
}
