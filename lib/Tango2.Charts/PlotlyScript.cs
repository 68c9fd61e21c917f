namespace Tango2.Charts;

/// <summary>
/// What makes the figures of a page move: one copy of plotly.js, and the script that hands each figure to it.
/// </summary>
/// <remarks>
/// A figure that moves is an element with the attribute data-plotly, which holds the document of
/// <see cref="Chart.ToPlotly"/>, and an svg inside. Where these scripts are not on the page, or fail, the svg stays.
/// </remarks>
internal static class PlotlyScript
{
    /// <summary>The script elements, 3.6 MB. They ask no host for anything.</summary>
    public static string Html
    {
        get
        {
            // Jupyter has a module loader, to which plotly.js would give itself in place of the page.
            var library = Safe($"(function (define, exports, module) {{{PlotlyContext.Script()}\n}}).call(window);");
            return $"<script>{library}</script>\n<script>{Safe(LiveFigures())}</script>";
        }
    }

    private static string LiveFigures()
    {
        using var stream = typeof(PlotlyScript).Assembly.GetManifestResourceStream("LiveFigures.js")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    // The only text that would end a script element early.
    private static string Safe(string script) =>
        script.Replace("</script", "<\\/script", StringComparison.OrdinalIgnoreCase);
}
