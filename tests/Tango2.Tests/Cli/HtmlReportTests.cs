using System.Text.RegularExpressions;
using Tango2.Cli.Reports;

namespace Tango2.Tests.Cli;

public sealed partial class HtmlReportTests
{
    private const string Sample = """
        {"nbformat":4,"nbformat_minor":5,"metadata":{},"cells":[
        {"cell_type":"markdown","id":"a","metadata":{},"source":"# A title\n\nLet $x_t$ be, then\n\n$$\\frac{a}{b} \\le \\sum_k c_k$$\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n[next](01-next.ipynb)"},
        {"cell_type":"code","id":"b","metadata":{},"execution_count":1,"source":"#!import setup.csx\nvar s = \"<b>\"; // note",
         "outputs":[{"output_type":"stream","name":"stdout","text":["✓ 1 < 2\n"]},
                    {"output_type":"display_data","metadata":{},"data":{"text/html":["<svg></svg>"],"application/vnd.plotly.v1+json":{"data":[],"layout":{}}}}]}]}
        """;

    [Fact]
    public void The_page_needs_nothing_from_elsewhere()
    {
        var page = Page();
        Assert.DoesNotMatch(Outside(), page);
        Assert.DoesNotContain("@import", page);
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
    public void Without_plotly_a_figure_shows_its_drawn_face() => Assert.Contains("<svg></svg>", Page());

    [Fact]
    public void With_a_copy_of_plotly_a_figure_is_drawn_by_it_and_the_script_is_there_once()
    {
        var script = Path.GetTempFileName();
        File.WriteAllText(script, "window.Plotly = {};");
        var page = Page(script);
        File.Delete(script);
        Assert.Single(Regex.Matches(page, Regex.Escape("window.Plotly = {};")));
        Assert.Contains("Plotly.newPlot", page);
        Assert.DoesNotContain("<svg></svg>", page);
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

    [Fact]
    public void A_zoomable_figure_and_a_picture_have_names()
    {
        var script = Path.GetTempFileName();
        var page = Page(script, Sample.Replace("\"layout\":{}", "\"layout\":{\"title\":{\"text\":\"The <loss>\"}}"));
        File.Delete(script);
        Assert.Contains("""<div class="plot" role="figure" aria-label="The &lt;loss&gt;">""", page);
        var picture = Sample.Replace("\"text/html\":[\"<svg></svg>\"],\"application/vnd.plotly.v1+json\":{\"data\":[],\"layout\":{}}",
            "\"image/png\":\"AAAA\"");
        Assert.Contains("<img alt=\"Picture of cell 2\"", Page(null, picture));
    }

    // trial 5
    [Fact]
    public void A_command_that_is_not_known_stops_the_report_and_is_named_with_notebook_cell_and_formula()
    {
        var odd = Sample.Replace("x_t$", "x \\\\foo y$");
        Assert.Equal("sample.ipynb, cell 1: the formula 'x \\foo y' has \\foo, which the report does not know: write it in another way, "
            + "or add it to MathSymbols.", Assert.Throws<InvalidDataException>(() => Page(null, odd)).Message);
        var folder = Directory.CreateTempSubdirectory("tango2-report-").FullName;
        File.WriteAllText(Path.Combine(folder, "odd.ipynb"), odd);
        Assert.StartsWith("odd.ipynb, cell 1: ",
            Assert.Throws<InvalidDataException>(() => HtmlReport.Check([Path.Combine(folder, "odd.ipynb")])).Message);
        Directory.Delete(folder, recursive: true);
    }

    private static string Page(string? plotly = null, string sample = Sample)
    {
        var folder = Directory.CreateTempSubdirectory("tango2-report-").FullName;
        try
        {
            var notebook = Path.Combine(folder, "sample.ipynb");
            File.WriteAllText(notebook, sample);
            HtmlReport.Write(Path.Combine(folder, "report.html"), [notebook], plotly);
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
