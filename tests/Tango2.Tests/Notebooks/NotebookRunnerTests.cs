using System.Text.Json.Nodes;
using Tango2.Files;
using Tango2.Notebooks;

namespace Tango2.Tests.Notebooks;

public sealed class NotebookRunnerTests : IDisposable
{
    private string Executed => Path.Combine(_folder, "executed.ipynb");

    private readonly string _folder = Directory.CreateTempSubdirectory("tango2-notebooks-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task An_exception_names_notebook_cell_and_line()
    {
        var (error, _) = await Run("var a = new int[2];", "var i = 5;\n\nConsole.WriteLine(\"before\");\na[i] = 1;", "1 + 1");
        Assert.Equal(
            "sample[cell 2]:line 4: IndexOutOfRangeException: Index was outside the bounds of the array.", error);
    }

    [Fact]
    public async Task A_compiler_error_names_notebook_cell_and_line()
    {
        var (result, _) = await RunApart("var a = 1;\nvar b = unknownName;");
        Assert.StartsWith("sample[cell 1]:line 2: CS0103: ", result.Error);
    }

    [Fact]
    public async Task Cells_after_an_error_do_not_run_and_the_error_is_in_the_file()
    {
        var (_, cells) = await Run("throw new InvalidOperationException(\"no\");", "Console.WriteLine(1);");
        Assert.Equal("error", (string?)cells[0]["outputs"]![0]!["output_type"]);
        Assert.Equal("InvalidOperationException", (string?)cells[0]["outputs"]![0]!["ename"]);
        Assert.Null(cells[1]["execution_count"]);
        Assert.Empty(cells[1]["outputs"]!.AsArray());
    }

    [Fact]
    public async Task Definitions_and_usings_of_an_imported_script_carry_on()
    {
        File.WriteAllText(Path.Combine(_folder, "own.csx"), "using System.Globalization;\nint Twice(int v) => 2 * v;");
        var (error, cells) = await Run("#!import own.csx", "Twice(21).ToString(CultureInfo.InvariantCulture)");
        Assert.Null(error);
        Assert.Equal("42", Plain(cells[1]["outputs"]![0]!));
    }

    [Fact]
    public async Task A_script_of_usings_only_carries_them_on()
    {
        File.WriteAllText(Path.Combine(_folder, "own.csx"), "// names\nusing System.Text.Json;");
        var (error, _) = await Run("#!import own.csx", "JsonSerializer.Serialize(1)");
        Assert.Null(error);
    }

    [Theory]
    [InlineData("#r \"Tango2.dll\"", "belongs into setup.csx")]
    [InlineData("#!javascript", "works in some hosts only")]
    [InlineData("#!import nowhere.csx", "there is no file")]
    public async Task Directives_outside_the_common_subset_are_refused(string cell, string reason)
    {
        var (error, _) = await Run("1", "\n" + cell);
        Assert.StartsWith("sample[cell 2]:line 2: ", error);
        Assert.Contains(reason, error);
    }

    [Fact]
    public async Task A_notebook_does_not_see_what_the_runner_references()
    {
        var (error, _) = await Run("using Tango2.Tensors;");
        Assert.StartsWith("sample[cell 1]:line 1: CS0246: ", error);
    }

    [Fact]
    public async Task A_library_that_the_runner_has_too_is_taken_from_where_the_notebook_names_it()
    {
        var own = Path.Combine(_folder, "Tango2.Files.dll");
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Tango2.Files.dll"), own);
        File.WriteAllText(Path.Combine(_folder, "own.csx"), "#r \"Tango2.Files.dll\"");
        var (result, cells) = await RunApart(
            "#!import own.csx", "Type.GetType(\"Tango2.Files.Repository, Tango2.Files\").Assembly.Location",
            "((string)AppContext.GetData(\"TRUSTED_PLATFORM_ASSEMBLIES\")).Contains(\"/Tango2.dll\")");
        Assert.Null(result.Error);
        Assert.Equal(own, Plain(cells[1]["outputs"]![0]!));
        Assert.Equal("False", Plain(cells[2]["outputs"]![0]!));
    }

    [Fact]
    public async Task A_missing_library_tells_how_to_publish_it()
    {
        File.WriteAllText(Path.Combine(_folder, "own.csx"), "#r \"nowhere/Tango2.dll\"\nTango2.Tensors.NativeRuntime.Load();");
        var (error, _) = await Run("#!import own.csx");
        Assert.StartsWith("own.csx:line 1: CS0006: ", error);
        Assert.Contains("dotnet publish lib/Tango2.Mini", error);
    }

    // trial 16
    [Fact]
    public async Task A_library_that_is_not_published_is_told_in_one_sentence()
    {
        foreach (var script in new[] { "setup.csx", "published.csx" })
            File.Copy(Path.Combine(Repository.Root, "notebooks", script), Path.Combine(_folder, script));
        var (error, cells) = await Run("#!import setup.csx");
        Assert.Equal("published.csx:line 8: FileNotFoundException: The library is not published yet. From the repository's root: " +
            "dotnet publish lib/Tango2.Mini -c Release -r linux-x64 --no-self-contained -o out/publish", error);
        Assert.Equal("stderr", (string?)cells[0]["outputs"]![0]!["name"]);
    }

    [Fact]
    public async Task Characters_written_in_halves_are_joined_and_a_half_alone_becomes_a_question_mark()
    {
        var (error, cells) = await Run(
            "Console.Write('\\ud83d'); Console.Write('\\ude00'); Console.Write(\"\\udc00|\\ud800\");",
            "display(\"<b>\\ud800</b>\", \"text/html\"); \"\\udfff\"", "throw new Exception(\"\\ud800\");");
        Assert.Equal("sample[cell 3]:line 1: Exception: \ud800", error);
        Assert.Equal("\U0001F600\ufffd|\ufffd", NotebookCell.Joined(cells[0]["outputs"]![0]!["text"]));
        Assert.Equal("<b>\ufffd</b>", NotebookCell.Joined(cells[1]["outputs"]![0]!["data"]!["text/html"]));
        Assert.Equal("\ufffd", Plain(cells[1]["outputs"]![1]!));
        Assert.Equal("sample[cell 3]:line 1: Exception: \ufffd", (string?)cells[2]["outputs"]![0]!["evalue"]);
    }

    [Fact]
    public async Task A_value_that_cannot_be_shown_is_an_error_of_its_cell()
    {
        var (error, cells) = await Run("public struct Odd : IFormattable { public string ToString(string f, IFormatProvider p) => " +
            "throw new NotSupportedException(\"no\"); }", "new Odd()");
        Assert.Equal("sample[cell 2]:line 1: NotSupportedException: no", error);
        Assert.Equal("NotSupportedException", (string?)cells[1]["outputs"]![0]!["ename"]);
    }

    [Fact]
    public async Task Outputs_have_the_form_of_nbformat_4_5()
    {
        var (error, cells) = await Run("Console.Write(\"a\\nb\"); Console.WriteLine();", "display(\"shown\");\n3.5", "var x = 1;");
        Assert.Null(error);
        Assert.Equal(["a\n", "b\n"], cells[0]["outputs"]![0]!["text"]!.AsArray().Select(line => (string)line!));
        Assert.Equal("stdout", (string?)cells[0]["outputs"]![0]!["name"]);
        Assert.Equal("display_data", (string?)cells[1]["outputs"]![0]!["output_type"]);
        Assert.Equal("execute_result", (string?)cells[1]["outputs"]![1]!["output_type"]);
        Assert.Equal(2, (int?)cells[1]["outputs"]![1]!["execution_count"]);
        Assert.Equal("3.5", Plain(cells[1]["outputs"]![1]!));
        Assert.Empty(cells[2]["outputs"]!.AsArray());
        Assert.Equal([1, 2, 3], cells.Select(cell => (int)cell!["execution_count"]!));
        Assert.Equal(["cell-01", "cell-02", "cell-03"], cells.Select(cell => (string)cell!["id"]!));
    }

    [Fact]
    public async Task Of_a_line_rewritten_by_carriage_returns_the_last_state_is_kept()
    {
        var (_, cells) = await Run("Console.Write(\"a\\r\\nx\\r1 of 2\\r2 of 2\"); Console.WriteLine();");
        Assert.Equal(["a\n", "2 of 2\n"], cells[0]["outputs"]![0]!["text"]!.AsArray().Select(line => (string)line!));
    }

    [Fact]
    public async Task Two_runs_write_the_same_bytes()
    {
        await Run("Console.WriteLine(1);", "new { A = 1 }");
        var first = await File.ReadAllBytesAsync(Executed, TestContext.Current.CancellationToken);
        await Run("Console.WriteLine(1);", "new { A = 1 }");
        Assert.Equal(first, await File.ReadAllBytesAsync(Executed, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Parameters_replace_the_values_of_the_tagged_cell()
    {
        var (error, cells) = await RunWith(
            new() { ["steps"] = "7", ["name"] = "a \"b\"" }, "var steps = 1; var name = \"x\";", "$\"{steps} {name}\"");
        Assert.Null(error);
        Assert.Equal("7 a \"b\"", Plain(cells[1]["outputs"]![0]!));
    }

    [Fact]
    public async Task A_tensor_operation_works_on_the_library_that_setup_refers_to()
    {
        var library = AppContext.BaseDirectory;
        File.WriteAllText(Path.Combine(_folder, "own.csx"), $"""
            #r "{library}/TorchSharp.dll"
            #r "{library}/Tango2.dll"
            using TorchSharp;
            using static TorchSharp.torch;
            Tango2.Tensors.NativeRuntime.Load();
            """);
        var (result, cells) = await RunApart(
            "#!import own.csx", "(ones(2, 3) * 2).sum().item<float>()",
            "Tango2.Display.Figures.Waveform(new float[100], 16000, \"silence\")");
        Assert.Null(result.Error);
        Assert.InRange(result.PeakMemoryMiB, 50, 5000);
        Assert.Equal("12", Plain(cells[1]["outputs"]![0]!));
        Assert.Contains("<svg", NotebookCell.Joined(cells[2]["outputs"]![0]!["data"]!["text/html"]));
    }

    [Fact]
    public async Task A_missing_notebook_is_named()
    {
        var error = await Assert.ThrowsAsync<FileNotFoundException>(() => NotebookRunner.Run(
            Path.Combine(_folder, "none.ipynb"), new(_folder), _ => { }, TestContext.Current.CancellationToken));
        Assert.StartsWith("There is no notebook ", error.Message);
    }

    private static string Plain(JsonNode output) => NotebookCell.Joined(output["data"]!["text/plain"]);

    private Task<(string? Error, JsonNode[] Cells)> Run(params string[] cells) => RunWith([], cells);

    /// <summary>Runs the cells in this process, which is quicker than one of their own.</summary>
    private async Task<(string? Error, JsonNode[] Cells)> RunWith(Dictionary<string, string> parameters, params string[] cells)
    {
        var path = Write(cells);
        var record = new NotebookRecord(NotebookFile.Load(path), path, Executed);
        var error = await NotebookExecution.Run(NotebookFile.Load(path), path, parameters, told =>
        {
            if (told.Cell is { } cell) record.Begin(cell);
            else record.Add(told.Output!);
        });
        record.Write();
        return (error?.Message, Cells(Executed));
    }

    private async Task<(NotebookResult Result, JsonNode[] Cells)> RunApart(params string[] cells)
    {
        var result = await NotebookRunner.Run(
            Write(cells), new(Path.Combine(_folder, "out")), _ => { }, TestContext.Current.CancellationToken);
        return (result, Cells(result.OutputPath));
    }

    private static JsonNode[] Cells(string path) =>
        [.. JsonNode.Parse(File.ReadAllText(path))!["cells"]!.AsArray().Select(cell => cell!)];

    private string Write(string[] cells)
    {
        var json = new JsonObject
        {
            ["nbformat"] = 4,
            ["nbformat_minor"] = 5,
            ["metadata"] = new JsonObject(),
            ["cells"] = new JsonArray([.. cells.Select((source, i) => new JsonObject
            {
                ["cell_type"] = "code",
                ["metadata"] = new JsonObject { ["tags"] = new JsonArray(i == 0 ? "parameters" : "other") },
                ["source"] = source,
            })]),
        };
        var path = Path.Combine(_folder, "sample.ipynb");
        File.WriteAllText(path, json.ToJsonString());
        return path;
    }
}
