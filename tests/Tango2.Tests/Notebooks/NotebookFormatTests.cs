using System.Text.Json.Nodes;
using Tango2.Cli;
using Tango2.Notebooks;

namespace Tango2.Tests.Notebooks;

// cases: nb/null_cell.ipynb, nb/fsharp_cell_meta.ipynb
public sealed class NotebookFormatTests : IDisposable
{
    private const string Good = """{"cell_type": "code", "metadata": {}, "outputs": [], "source": "1"}""";

    private readonly string _folder = Directory.CreateTempSubdirectory("tango2-format-").FullName;

    private string File1 => Path.Combine(_folder, "odd.ipynb");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("null", "a cell must be an object, but is null.")]
    [InlineData("7", "a cell must be an object, but is a number.")]
    [InlineData("\"text\"", "a cell must be an object, but is text.")]
    [InlineData("[]", "a cell must be an object, but is a list.")]
    [InlineData("""{"metadata": {}, "source": ""}""", "'cell_type' must be code, markdown or raw, but is missing.")]
    [InlineData("""{"cell_type": null, "source": ""}""", "'cell_type' must be code, markdown or raw, but is null.")]
    [InlineData("""{"cell_type": 1, "source": ""}""", "'cell_type' must be code, markdown or raw, but is a number.")]
    [InlineData("""{"cell_type": "heading", "source": ""}""", "'cell_type' must be code, markdown or raw, but is 'heading'.")]
    [InlineData("""{"cell_type": "code"}""", "'source' must be text or a list of texts, but is missing.")]
    [InlineData("""{"cell_type": "code", "source": null}""", "'source' must be text or a list of texts, but is null.")]
    [InlineData("""{"cell_type": "markdown", "source": 5}""", "'source' must be a list of texts, but is a number.")]
    [InlineData("""{"cell_type": "code", "source": ["a", null]}""", "'source' must hold texts, but entry 2 is null.")]
    [InlineData("""{"cell_type": "code", "source": [["a"]]}""", "'source' must hold texts, but entry 1 is a list.")]
    [InlineData("""{"cell_type": "code", "source": "", "metadata": null}""", "'metadata' must be an object, but is null.")]
    [InlineData("""{"cell_type": "code", "source": "", "metadata": []}""", "'metadata' must be an object, but is a list.")]
    [InlineData("""{"cell_type": "code", "source": "", "metadata": {"tags": "x"}}""", "'metadata.tags' must be a list of texts, but is text.")]
    [InlineData("""{"cell_type": "code", "source": "", "metadata": {"tags": [1]}}""", "'metadata.tags' must hold texts, but entry 1 is a number.")]
    [InlineData("""{"cell_type": "code", "source": "", "metadata": {"vscode": 1}}""", "'metadata.vscode' must be an object, but is a number.")]
    [InlineData("""{"cell_type": "code", "source": "", "metadata": {"tango2": {"seconds": "9"}}}""", "'metadata.tango2.seconds' must be a number, 0 or more, but is text 9.")]
    [InlineData("""{"cell_type": "code", "source": "", "outputs": null}""", "'outputs' must be a list, but is null.")]
    [InlineData("""{"cell_type": "code", "source": "", "outputs": [null]}""", "an output must be an object, but is null.")]
    [InlineData("""{"cell_type": "code", "source": "", "execution_count": "1"}""", "'execution_count' must be a number or null, but is text.")]
    [InlineData("""{"cell_type": "code", "source": "", "id": 3}""", "'id' must be text, but is a number.")]
    [InlineData("""{"cell_type": "code", "source": "\"\ud800\""}""", "a text holds half a character (a lone surrogate): remove it.")]
    [InlineData("""{"cell_type": "raw", "source": "", "x": 1, "x": 2}""", "the key 'x' stands twice: keep one.")]
    [InlineData("""{"cell_type": "raw", "source": "", "metadata": {"\udc00": 1}}""", "a text holds half a character (a lone surrogate): remove it.")]
    public void A_cell_of_another_form_is_told_with_file_and_number(string cell, string message)
    {
        Write($"{Good}, {cell}");
        Assert.Equal($"{File1}: cell 2: {message}", Refused());
    }

    [Fact]
    public void An_id_that_stands_twice_is_told()
    {
        Write("""{"cell_type": "raw", "source": "", "id": "a"}, {"cell_type": "raw", "source": "", "id": "a"}""");
        Assert.Equal($"{File1}: cell 2: 'id' must be its own, but 'a' is that of cell 1 too.", Refused());
    }

    [Fact]
    public void Cells_without_an_id_get_one_that_no_other_has()
    {
        Write($$"""{"cell_type": "raw", "source": "", "id": "cell-02"}, {{Good}}, {"cell_type": "raw", "source": "", "id": "cell-02-new"}""");
        var cells = JsonNode.Parse(NotebookFile.Load(File1).ToJson())!["cells"]!.AsArray();
        Assert.Equal(["cell-02", "cell-02-new-new", "cell-02-new"], cells.Select(cell => (string)cell!["id"]!));
    }

    [Theory]
    [InlineData("", " is not a notebook: it is empty.")]
    [InlineData("[]", ": a notebook must be an object, but is a list.")]
    [InlineData("null", ": a notebook must be an object, but is null.")]
    [InlineData("{\"cells\": [", " is not a notebook: ")]
    [InlineData("""{"nbformat": 4, "nbformat": 4, "cells": []}""", ": the key 'nbformat' stands twice: keep one.")]
    [InlineData("""{"nbformat": 4}""", ": 'cells' must be a list, but is missing.")]
    [InlineData("""{"nbformat": 4, "cells": {}}""", ": 'cells' must be a list, but is an object.")]
    [InlineData("""{"cells": []}""", ": 'nbformat' must be the number 4, but is missing.")]
    [InlineData("""{"nbformat": "4", "cells": []}""", ": 'nbformat' must be the number 4, but is text.")]
    [InlineData("""{"nbformat": 3, "worksheets": []}""", ": 'nbformat' must be 4, but is 3; convert it: jupyter nbconvert --to notebook.")]
    [InlineData("""{"nbformat": 4.5, "cells": []}""", ": 'nbformat' must be 4, but is 4.5; ")]
    [InlineData("""{"nbformat": 4, "cells": [], "metadata": null}""", ": 'metadata' must be an object, but is null.")]
    [InlineData("""{"nbformat": 4, "cells": [], "metadata": {"tango2": {"after": [0]}}}""", ": 'metadata.tango2.after' must hold texts, but entry 1 is a number.")]
    public void A_file_that_is_no_notebook_is_told(string text, string message)
    {
        File.WriteAllText(File1, text);
        Assert.StartsWith(File1 + message, Refused());
    }

    [Fact]
    public void Bytes_that_are_not_UTF_8_are_told()
    {
        File.WriteAllBytes(File1, [(byte)'{', 0xFF, (byte)'}']);
        Assert.Equal($"{File1} is not a notebook: it holds bytes that are not UTF-8.", Refused());
    }

    [Fact]
    public void A_byte_order_mark_does_no_harm()
    {
        Write(Good);
        File.WriteAllBytes(File1, [0xEF, 0xBB, 0xBF, .. File.ReadAllBytes(File1)]);
        Assert.Single(NotebookFile.Load(File1).Cells);
    }

    [Theory]
    [InlineData("""{"dotnet_interactive": {"language": "fsharp"}}""", "F#", "metadata.dotnet_interactive.language is 'fsharp'")]
    [InlineData("""{"polyglot_notebook": {"kernelName": "pwsh"}}""", "PowerShell", "metadata.polyglot_notebook.kernelName is 'pwsh'")]
    [InlineData("""{"vscode": {"languageId": "python"}}""", "Python", "metadata.vscode.languageId is 'python'")]
    [InlineData("""{"vscode": {"languageId": "dotnet-interactive.fsharp"}}""", "F#", "metadata.vscode.languageId is 'dotnet-interactive.fsharp'")]
    [InlineData("""{"language": "F#"}""", "F#", "metadata.language is 'F#'")]
    [InlineData("""{"dotnet_interactive": {"language": "csharp"}, "vscode": {"languageId": "html"}}""", "HTML", "metadata.vscode.languageId is 'html'")]
    [InlineData("""{"polyglot_notebook": {"kernelName": "fortran"}}""", "'fortran'", "metadata.polyglot_notebook.kernelName is 'fortran'")]
    public void A_cell_of_another_language_is_told(string metadata, string language, string where)
    {
        Write("""{"cell_type": "markdown", "source": "#!fsharp"},""" + Good +
            $$""", {"cell_type": "code", "source": "1", "metadata": {{metadata}} }""");
        Assert.Equal($"{File1}: cell 2 is {language}; only C# runs here ({where}).", Refused());
    }

    [Theory]
    [InlineData("""{"kernelspec": {"language": "F#", "name": ".net-fsharp"}}""", "F#", "metadata.kernelspec.language is 'F#'")]
    [InlineData("""{"kernelspec": {"name": ".net-powershell"}}""", "PowerShell", "metadata.kernelspec.name is '.net-powershell'")]
    [InlineData("""{"kernelspec": {"name": "python3"}}""", "Python", "metadata.kernelspec.name is 'python3'")]
    [InlineData("""{"language_info": {"name": "python"}}""", "Python", "metadata.language_info.name is 'python'")]
    [InlineData("""{"polyglot_notebook": {"kernelInfo": {"defaultKernelName": "fsharp"}}}""", "F#",
        "metadata.polyglot_notebook.kernelInfo.defaultKernelName is 'fsharp'")]
    public void A_notebook_of_another_language_is_told_at_the_first_cell_that_does_not_say_it_is_CSharp(
        string metadata, string language, string where)
    {
        Write($$"""{"cell_type": "code", "source": "1", "metadata": {"dotnet_interactive": {"language": "csharp"} } }, {{Good}}""", metadata);
        Assert.Equal($"{File1}: cell 2 is {language}; only C# runs here ({where}).", Refused());
    }

    [Theory]
    [InlineData("""{"kernelspec": {"language": "C#", "name": "my-own"}, "language_info": {"name": "polyglot-notebook"}}""")]
    [InlineData("""{"kernelspec": {"name": ".net-csharp"}, "language_info": {"name": "csharp"}}""")]
    [InlineData("{}")]
    public void A_notebook_of_CSharp_is_read(string metadata)
    {
        Write(Good, metadata);
        Assert.Single(NotebookFile.LoadToRun(File1, new Dictionary<string, string>()).Cells);
    }

    [Theory]
    [InlineData("#!fsharp\\nlet x = 1", "cell 1 is F#; only C# runs here (its first line is '#!fsharp').")]
    [InlineData("\\n  %%html\\n<b>", "cell 1 is HTML; only C# runs here (its first line is '%%html').")]
    [InlineData("%%time\\n1", "cell 1 begins with '%%time', which other kernels know; only C# runs here.")]
    [InlineData("1\\n#!share x", "odd[cell 1]:line 2: '#!share x' works in some hosts only")]
    public void A_first_line_for_another_kernel_is_told_before_any_cell_runs(string source, string message)
    {
        Write($$"""{"cell_type": "code", "source": "{{source}}"}""");
        Assert.Contains(message, Refused());
    }

    [Fact]
    public async Task What_cannot_run_ends_with_code_2_before_any_cell_runs()
    {
        var marked = Path.Combine(_folder, "marked");
        Write($$"""{"cell_type": "code", "source": {{JsonValue.Create($"System.IO.File.WriteAllText(@\"{marked}\", \"\")").ToJsonString()}}}, null""");
        Assert.Equal($"tango2: {File1}: cell 2: a cell must be an object, but is null.\n", await RunVerb(File1));
        Assert.Equal($"tango2: {_folder} is a folder: name a notebook (.ipynb).\n", await RunVerb(_folder));
        Assert.False(File.Exists(marked));
    }

    [Fact]
    public async Task Two_notebooks_that_would_be_written_to_one_file_are_refused()
    {
        Write(Good);
        var other = Directory.CreateDirectory(Path.Combine(_folder, "other")).FullName;
        File.Copy(File1, Path.Combine(other, "odd.ipynb"));
        Assert.Contains("would both be written to", await RunVerb(File1, Path.Combine(other, "odd.ipynb")));
        Assert.Contains("would both be written to", await RunVerb(File1, File1));
    }

    [Theory]
    [InlineData("x;Evil()=1", "--param must begin with the name of a variable, but 'x;Evil()' in 'x;Evil()=1' is none.")]
    [InlineData("a b=1", "--param must begin with the name of a variable, but 'a b' in 'a b=1' is none.")]
    [InlineData("=1", "--param must begin with the name of a variable, but '' in '=1' is none.")]
    [InlineData("class=1", "--param must begin with the name of a variable, but 'class' in 'class=1' is none.")]
    [InlineData("System.Environment.ExitCode=1", "--param must begin with the name of a variable")]
    [InlineData("steps", "--param must be name=value, but is 'steps'.")]
    [InlineData("steps=1", "has no cell tagged 'parameters', so --param has nothing to set.")]
    public async Task Parameters_that_set_no_variable_are_refused(string parameter, string message)
    {
        Write(Good);
        Assert.Contains(message, await RunVerb(File1, "--param", parameter));
    }

    [Fact]
    public async Task A_parameter_given_twice_is_refused()
    {
        Write(Good);
        Assert.Contains("--param gives a twice, '1' and '2'", await RunVerb(File1, "--param", "a=1", "--param", "a=2"));
    }

    private async Task<string> RunVerb(params string[] arguments)
    {
        var errors = new StringWriter();
        string[] line = ["notebook", "run", "--no-publish", "--out", Path.Combine(_folder, "out"), .. arguments];
        Assert.Equal(2, await Program.Run(line, errors));
        Assert.False(Directory.Exists(Path.Combine(_folder, "out")));
        return errors.ToString();
    }

    private string Refused() => Assert.Throws<InvalidDataException>(
        () => NotebookFile.LoadToRun(File1, new Dictionary<string, string>())).Message;

    private void Write(string cells, string metadata = "{}") => File.WriteAllText(
        File1, $$"""{"cells": [{{cells}}], "metadata": {{metadata}}, "nbformat": 4, "nbformat_minor": 2}""");
}
