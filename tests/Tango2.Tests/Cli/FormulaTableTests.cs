using System.Text.RegularExpressions;
using Markdig;
using Markdig.Extensions.Mathematics;
using Markdig.Syntax;
using Tango2.Files;
using Tango2.Notebooks;

namespace Tango2.Tests.Cli;

/// <summary>Every formula of the notebooks, with what the report makes of it, in Formulas.txt: each line was looked at.</summary>
public sealed class FormulaTableTests
{
    // trial 5
    [Fact]
    public void Every_formula_of_the_notebooks_is_in_the_table_and_reads_as_it_says()
    {
        var known = File.ReadAllLines(Path.Combine(Repository.Root, "tests", "Tango2.Tests", "Cli", "Formulas.txt"))
            .Select(line => line.Split('\t')).ToDictionary(cells => cells[0], cells => cells[1]);
        var wrong = Formulas().Where(f => known.GetValueOrDefault(f.Latex) != MathMlTests.Reading(f.Latex, f.Block))
            .Select(f => $"{f.Notebook}: {f.Latex}\t{MathMlTests.Reading(f.Latex, f.Block)}").Distinct().ToArray();
        Assert.True(wrong.Length == 0, "Look at these in out/report.html; where they are right, put the lines into Formulas.txt "
            + "without the notebook's name:\n" + string.Join('\n', wrong));
    }

    [Fact]
    public void The_notebooks_have_formulas() => Assert.True(Formulas().Count() > 40);

    private static IEnumerable<(string Notebook, string Latex, bool Block)> Formulas()
    {
        var pipeline = new MarkdownPipelineBuilder().UsePipeTables().UseMathematics().Build();
        foreach (var path in Directory.GetFiles(Path.Combine(Repository.Root, "notebooks"), "*.ipynb").Order(StringComparer.Ordinal))
            foreach (var cell in NotebookFile.Load(path).Cells.Where(cell => cell.IsMarkdown))
                foreach (var node in Markdown.Parse(cell.Source, pipeline).Descendants())
                {
                    var (latex, block) = node switch
                    {
                        MathBlock lines => (lines.Lines.ToString(), true),
                        MathInline line => (line.Content.ToString(), line.DelimiterCount == 2),
                        _ => ("", false),
                    };
                    if (latex.Length > 0)
                        yield return (Path.GetFileName(path), Regex.Replace(latex.Trim(), @"\s+", " "), block);
                }
    }
}
