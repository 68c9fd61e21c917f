using System.Text.Json.Nodes;
using Tango2.Notebooks;

namespace Tango2.Tests.Notebooks;

/// <summary>What another host leaves in a notebook, and what of it may be committed.</summary>
public sealed class NotebookCleaningTests : IDisposable
{
    // The form in which Jupyter saves what the kernel of .NET Interactive shows; shortened.
    private const string FromJupyter = """
        {"cells": [
          {"cell_type": "code", "id": "one", "execution_count": 1, "source": ["#!import setup.csx"],
           "metadata": {"execution": {"iopub.execute_input": "2026-01-01T10:00:00Z"}, "tags": ["parameters"], "tango2": {"seconds": 2}},
           "outputs": [{"output_type": "display_data", "metadata": {}, "data": {"text/html": [
             "<div id='dotnet-interactive-this-cell-1'></div>\r\n",
             "<script>probeAddresses([\"http://127.0.0.1:2048/\",\"http://fd00::2:2048/\",\"http://192.0.2.2:2048/\"])</script>"]}}]},
          {"cell_type": "code", "id": "two", "execution_count": 2, "source": "figure",
           "metadata": {"dotnet_interactive": {"language": "csharp"}, "polyglot_notebook": {"kernelName": "csharp"}},
           "outputs": [
             {"output_type": "execute_result", "execution_count": 2, "metadata": {}, "transient": {"display_id": "d4"},
              "data": {"application/vnd.plotly.v1+json": "{\"data\": [1]}", "text/html": ["<p>kept</p>"]}},
             {"output_type": "stream", "name": "stderr", "text": ["at 10:30:05 in /home/ada/x.cs of node.local:8888\n"]}]},
          {"cell_type": "markdown", "id": "three", "metadata": {}, "source": "version 1.2.3.4.5 at 12:30, a ratio of 16:9"}
        ], "metadata": {"kernelspec": {"display_name": ".NET (C#)", "language": "C#", "name": ".net-csharp"},
          "language_info": {"name": "C#", "version": "14.0", "file_extension": ".cs"},
          "polyglot_notebook": {"kernelInfo": {"defaultKernelName": "csharp"}}, "tango2": {"needs": []}},
         "nbformat": 4, "nbformat_minor": 5}
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("tango2-clean-").FullName;

    private string File1 => Path.Combine(_folder, "from-jupyter.ipynb");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string> Committed =>
        [.. Directory.GetFiles(Path.Combine(Golden.Root, "notebooks")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Committed))]
    public void A_committed_notebook_holds_no_address(string name)
    {
        var text = File.ReadAllText(Path.Combine(Golden.Root, "notebooks", name));
        var found = Path.GetExtension(name) == ".ipynb" ? NotebookAddresses.In(JsonNode.Parse(text)) : NotebookAddresses.In(text);
        Assert.True(found.Count == 0, $"notebooks/{name} holds {string.Join(", ", found)}: run `tango2 notebook clean` on it.");
    }

    [Fact]
    public void What_a_host_adds_goes_and_is_told()
    {
        var cleaned = Clean(FromJupyter);
        Assert.Equal(
            [
                "cell 1: a script with 3 addresses, by which the page looked for the kernel",
                "cell 2: 2 addresses in an output, now [removed]",
                "cell 2: a transient display id",
                "cell 2: application/vnd.plotly.v1+json, saved as text, is JSON again",
                "execution counts of 2 cells",
                "metadata of cells: dotnet_interactive, execution, polyglot_notebook",
                "metadata of the notebook: polyglot_notebook, language_info.version, language_info.file_extension",
            ],
            cleaned.Removed);
        Assert.Empty(cleaned.Left);
        Assert.Empty(NotebookAddresses.In(JsonNode.Parse(File.ReadAllText(File1))));
    }

    [Fact]
    public void Cells_ids_tags_and_outputs_stay()
    {
        Clean(FromJupyter);
        var cells = JsonNode.Parse(File.ReadAllText(File1))!["cells"]!.AsArray();
        Assert.Equal(["one", "two", "three"], cells.Select(cell => (string?)cell!["id"]));
        Assert.Equal("""{"tags":["parameters"],"tango2":{"seconds":2}}""", cells[0]!["metadata"]!.ToJsonString());
        Assert.Empty(cells[0]!["outputs"]!.AsArray());
        Assert.Equal("""{"data":[1]}""", cells[1]!["outputs"]![0]!["data"]!["application/vnd.plotly.v1+json"]!.ToJsonString());
        Assert.Equal("<p>kept</p>", (string?)cells[1]!["outputs"]![0]!["data"]!["text/html"]![0]);
        Assert.Equal("at 10:30:05 in [removed] of [removed]\n", (string?)cells[1]!["outputs"]![1]!["text"]![0]);
        Assert.Null(cells[1]!["execution_count"]);
    }

    [Fact]
    public void A_second_time_there_is_nothing_to_remove_and_the_file_is_not_written()
    {
        Clean(FromJupyter);
        var before = (File.ReadAllText(File1), File.GetLastWriteTimeUtc(File1));
        Assert.Empty(NotebookCleaning.Clean(File1).Removed);
        Assert.Equal(before, (File.ReadAllText(File1), File.GetLastWriteTimeUtc(File1)));
    }

    [Fact]
    public void A_cell_of_another_language_keeps_what_tells_it()
    {
        var cleaned = Clean(FromJupyter.Replace("\"language\": \"csharp\"", "\"language\": \"fsharp\""));
        Assert.Contains("metadata of cells: execution", cleaned.Removed);
        Assert.Contains("fsharp", File.ReadAllText(File1), StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_that_a_person_wrote_stays_and_is_told()
    {
        File.WriteAllText(File1, FromJupyter.Replace("\"figure\"", "\"new Uri(\\\"http://192.0.2.7/\\\")\""));
        using var warned = new StringWriter();
        Assert.False(NotebookFile.Clean(File1, TextWriter.Null, warned));
        Assert.Equal($"{File1}, cell 2: 192.0.2.7 stays, as it is no output: change it by hand.\n", warned.ToString());
    }

    [Theory]
    [InlineData("http://10.1.2.3/x", "10.1.2.3")]
    [InlineData("at 255.255.255.255.", "255.255.255.255")]
    [InlineData("from fe80::1 on", "fe80::1")]
    [InlineData("[::1]", "::1")]
    [InlineData("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1")]
    [InlineData("see /home/ada/work/x.cs:12", "/home/ada/work/x.cs")]
    [InlineData("/root/.nuget/packages", "/root/.nuget/packages")]
    [InlineData("C:\\Users\\Ada\\x", "C:\\Users\\Ada\\x")]
    [InlineData("http://box:8888/tree", "box:8888")]
    [InlineData("on localhost:8888", "localhost:8888")]
    public void An_address_is_seen(string text, string address) => Assert.Equal([address], NotebookAddresses.In(text));

    [Theory]
    [InlineData("version 1.2.3.4.5, 300.1.1.1, 0.5.1")]
    [InlineData("12:30:45, a ratio of 16:9, x ? y.length:10, Kernel.cs:12")]
    [InlineData("global::System, a::b, std::, ::")]
    [InlineData("width:320px;font:13px/1.4 sans-serif;stroke:rgb(1,2,3)")]
    [InlineData("../out/publish/Tango2.dll, /usr/share/x, https://arxiv.org/abs/2404.09956")]
    public void What_only_looks_like_one_is_not(string text) => Assert.Empty(NotebookAddresses.In(text));

    private NotebookCleaned Clean(string text)
    {
        File.WriteAllText(File1, text);
        return NotebookCleaning.Clean(File1);
    }
}
