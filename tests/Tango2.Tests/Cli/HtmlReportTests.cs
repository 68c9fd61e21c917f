using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Tango2.Charts;
using Tango2.Cli.Reports;
using Tango2.Evaluation;

namespace Tango2.Tests.Cli;

public sealed partial class HtmlReportTests
{
    private const string Sample = """
        {"nbformat":4,"nbformat_minor":5,"metadata":{},"cells":[
        {"cell_type":"markdown","id":"a","metadata":{},"source":"# A title\n\nLet $x_t$ be, then\n\n$$\\frac{a}{b} \\le \\sum_k c_k$$\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n[next](01-next.ipynb)"},
        {"cell_type":"code","id":"b","metadata":{},"execution_count":1,"source":"#!import setup.csx\nvar s = \"<b>\"; // note",
         "outputs":[{"output_type":"stream","name":"stdout","text":["✓ 1 < 2\n"]},
                    {"output_type":"display_data","metadata":{},"data":{"text/html":["<figure data-plotly='{}'><svg></svg></figure>"]}}]}]}
        """;

    [Fact]
    public void The_page_needs_nothing_from_elsewhere()
    {
        var page = Page();
        var own = page.Replace(PlotlyScript.Html, ""); // plotly.js names hosts, of maps for example, and asks none for such charts.
        Assert.True(own.Length < page.Length - 3_000_000);
        Assert.DoesNotMatch(Outside(), own);
        Assert.DoesNotContain("@import", own);
        Assert.DoesNotContain("src=\"", own);
    }

    [Fact]
    public void The_page_has_contents_text_code_and_outputs()
    {
        var page = Page();
        Assert.Contains("""<a href="#sample">A title</a>""", page);
        Assert.Contains("<td>1</td>", page);
        Assert.Contains("""href="#01-next">next""", page);
        Assert.Contains("#!import setup.csx", page);
        Assert.Contains("""<span class="k">var</span>""", page);
        Assert.Contains("&lt;b&gt;", page);
        Assert.Contains("""<span class="good">✓ 1 &lt; 2</span>""", page);
    }

    [Fact]
    public void The_script_is_there_once_if_a_figure_can_move_and_not_else()
    {
        var page = Page();
        Assert.Single(Regex.Matches(page, "plotly\\.js v2"));
        Assert.Contains("<figure data-plotly='{}'><svg></svg></figure>", page);
        Assert.DoesNotContain("plotly.js v2", Page(Sample.Replace(" data-plotly='{}'", "")));
    }

    [Fact]
    public void A_picture_has_a_name() => Assert.Contains("<img alt=\"Picture of cell 2\"", Page(
        Sample.Replace("\"text/html\":[\"<figure data-plotly='{}'><svg></svg></figure>\"]", "\"image/png\":\"AAAA\"")));

    [Fact]
    public void The_first_screen_tells_the_result_with_its_intervals_and_what_was_run()
    {
        var summary = (JsonObject)JsonNode.Parse("""
            {"scale":"mini","prompts":256,"seed":1,
             "models":{"base":{"clap":0.8,"fad":5,"is":9},"aligned":{"clap":0.82,"fad":4.5,"is":8.5}},
             "delta":{"clap":{"mean":0.02,"ci95":[0.01,0.03]},"fad":{"mean":-0.5,"ci95":[-1,0.1]},"is":{"mean":-0.5,"ci95":[-0.8,-0.2]}},
             "notebooks":[{"name":"00","ok":true},{"name":"07-evaluation","ok":false}],"wallSeconds":61.2,"peakMemoryMiB":2048}
            """)!;
        GuidancePoint point = new(2, 2, new Dictionary<string, Change> { [Metric.ClapIndependent.Key] = new(0.5, 0.6, new(0.1, 0.05, 0.15)) });
        var page = Page(opening: new(summary, new GuidanceTable(8, [point], point, 8, 4), null, null));
        Assert.True(page.IndexOf("What came out", StringComparison.Ordinal) < page.IndexOf("sample.ipynb", StringComparison.Ordinal));
        Assert.Contains("the model is better by CLAP, the filter&#39;s model, and worse by IS. The interval holds zero for FAD.", page);
        Assert.Contains("0.02 [0.01, 0.03]", page);
        Assert.Contains("1 of 2 passed", page);
        Assert.Contains("failed: 07-evaluation", page);
        Assert.Contains("61 s; 2.0 GiB at most", page);
        Assert.Equal(2, Regex.Count(page, "<figure [^>]*data-plotly='[^']*(Improvement|over guidance)"));
        Assert.DoesNotMatch(Outside(), page.Replace(PlotlyScript.Html, ""));
        Assert.Contains("No evaluation was recorded", Page(opening: new([], null, null, null)));
    }

    [Fact]
    public void The_draw_comes_first_and_the_base_at_its_best_stands_beside_the_papers_guidance()
    {
        static string Numbers(double mean, double low, double high) => System.FormattableString.Invariant(
            $$$"""
            "models":{"base":{"clap":0.8},"aligned":{"clap":{{{0.8 + mean}}}}},"delta":{"clap":{"mean":{{{mean}}},"ci95":[{{{low}}},{{{high}}}]}}
            """);
        var summary = (JsonObject)JsonNode.Parse($$$"""
            {"scale":"mini","prompts":256,"seed":1,{{{Numbers(0.02, 0.01, 0.03)}}},
             "paperGuidance":{"guidance":{"base":3,"aligned":3},{{{Numbers(0.03, 0.02, 0.04)}}},
               "truth":{"models":{"base":{"truth.fidelity":0.8},"aligned":{"truth.fidelity":0.9}},
                 "delta":{"truth.fidelity":{"mean":0.1,"ci95":[0.05,0.15]}} }},
             "bestOfBase":{"guidance":{"base":2,"aligned":3},{{{Numbers(0.01, -0.01, 0.03)}}}},
             "draw":{"prompts":1024,"trainings":3,
               "paperGuidance":{"guidance":{"base":3,"aligned":3},{{{Numbers(0.04, 0.03, 0.05)}}} },
               "bestOfBase":{"guidance":{"base":4,"aligned":3},{{{Numbers(0.01, -0.01, 0.03)}}} } } }
            """)!;
        var page = Page(opening: new(summary, null, null, null));
        int At(string words)
        {
            Assert.Contains(words, page, StringComparison.Ordinal);
            return page.IndexOf(words, StringComparison.Ordinal);
        }

        var paper = At("at the paper&#39;s guidance, one training of the recipe is better by CLAP, the filter&#39;s model; all there, in order");
        var best = At("Beside the base at its own best guidance it is neither better nor worse beyond doubt by any metric.");
        var mini = At("At the mini scale&#39;s guidance, after the paper&#39;s diffusion-DPO");
        var draw = At("On the fresh prompts of the draw, at the paper&#39;s guidance, the recipe for it is better by CLAP, the filter&#39;s model.");
        Assert.True(draw < paper && paper < best && best < mini);
        At("The draw, both at w = 3: 1024 fresh prompts, 3 trainings pooled, read from gain.json");
        At("The draw, base at its best guidance, w = 4, the recipe at 3: 1024 fresh prompts");
        At("Both at the paper&#39;s guidance, w = 3: mini scale, 256 held-out prompts, seed 1");
        At("Base at its best guidance, w = 2, the recipe at 3: mini scale");
    }

    [Theory]
    [InlineData("x_t", "<msub><mi>x</mi><mi>t</mi></msub>")]
    [InlineData("\\frac{a}{2}", "<mfrac><mrow><mi>a</mi></mrow><mrow><mn>2</mn></mrow></mfrac>")]
    [InlineData("\\hat\\epsilon^2", "<msup><mover accent=\"true\"><mi>ϵ</mi><mo>^</mo></mover><mn>2</mn></msup>")]
    [InlineData("-\\beta", "<mo>−</mo><mi>β</mi>")]
    [InlineData("\\text{if } a < b", "<mtext>if&#160;</mtext><mi>a</mi><mo>&lt;</mo><mi>b</mi>")]
    public void Formulas_become_mathml(string latex, string expected) =>
        Assert.Equal($"<math><mrow>{expected}</mrow></math>", MathMl.From(latex, block: false));

    [Theory]
    [InlineData("{")]
    [InlineData("}")]
    [InlineData("\\frac{a")]
    [InlineData("x_")]
    [InlineData("\\begin{aligned} a &= b \\\\ c")]
    [InlineData("\\")]
    public void Broken_formulas_still_end(string latex) => Assert.EndsWith("</math>", MathMl.From(latex, block: true));

    [Fact]
    public void A_formula_on_its_own_line_is_a_block() =>
        Assert.Contains("""<math display="block"><mrow><mfrac>""", Page());

    // trial 12
    [Fact]
    public void Tables_of_the_text_have_heads_with_a_scope() => Assert.Equal(
        2, Regex.Count(Page(), """<th scope="col">[ab]</th>"""));

    // trial 5
    [Fact]
    public void A_command_that_is_not_known_stops_the_report_and_is_named_with_notebook_cell_and_formula()
    {
        var odd = Sample.Replace("x_t$", "x \\\\foo y$");
        Assert.Equal("sample.ipynb, cell 1: the formula 'x \\foo y' has \\foo, which the report does not know: write it in another way, "
            + "or add it to MathSymbols.", Assert.Throws<InvalidDataException>(() => Page(odd)).Message);
        var folder = Directory.CreateTempSubdirectory("tango2-report-").FullName;
        File.WriteAllText(Path.Combine(folder, "odd.ipynb"), odd);
        Assert.StartsWith("odd.ipynb, cell 1: ",
            Assert.Throws<InvalidDataException>(() => HtmlReport.Check([Path.Combine(folder, "odd.ipynb")])).Message);
        Directory.Delete(folder, recursive: true);
    }

    private static string Page(string sample = Sample, ReportOpening? opening = null)
    {
        var folder = Directory.CreateTempSubdirectory("tango2-report-").FullName;
        try
        {
            var notebook = Path.Combine(folder, "sample.ipynb");
            File.WriteAllText(notebook, sample);
            HtmlReport.Write(Path.Combine(folder, "report.html"), [notebook], opening);
            return File.ReadAllText(Path.Combine(folder, "report.html"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [GeneratedRegex("""(src|href)\s*=\s*["']?(https?:)?//""")]
    private static partial Regex Outside();
}
