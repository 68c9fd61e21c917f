using System.Text.Json.Nodes;
using Tango2.Notebooks;

namespace Tango2.Tests.Notebooks;

public sealed class NotebookBatchTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Two_run_at_once_and_one_that_comes_after_another_waits_for_it()
    {
        string[] paths =
        [
            Write("third", after: "first", """File.ReadAllText("first") + " and third" """),
            Write("first", after: null, """
                for (var i = 0; i < 600 && !File.Exists("second"); i++) System.Threading.Thread.Sleep(100);
                File.WriteAllText("first", File.ReadAllText("second"));
                """),
            Write("second", after: null, """
                File.WriteAllText("second.part", "second, first");
                File.Move("second.part", "second");
                """),
        ];
        var order = NotebookBatch.AwaitedFirst(paths);
        Assert.Equal([paths[1], paths[0], paths[2]], order);

        var results = await NotebookBatch.Run(
            order, new(Path.Combine(_folder, "out")), TestContext.Current.CancellationToken,
            atOnce: 2);
        Assert.All(results, result => Assert.Null(result.Error));
        Assert.Equal(["first", "third", "second"], results.Select(result => result.Name));
        Assert.Contains("second, first and third", File.ReadAllText(results[1].OutputPath));
    }

    [Fact]
    public async Task Those_that_run_at_once_share_the_cores()
    {
        var threads = Environment.GetEnvironmentVariable("OMP_NUM_THREADS") ?? "1"; // What the user chose stays.
        var path = Write("threads", after: null, $"""
            if (Environment.GetEnvironmentVariable("OMP_NUM_THREADS") != "{threads}") throw new Exception("other threads");
            """);
        var results = await NotebookBatch.Run(
            [path], new(Path.Combine(_folder, "out")), TestContext.Current.CancellationToken,
            atOnce: 2 * Environment.ProcessorCount);
        Assert.Null(results[0].Error);
    }

    [Fact]
    public void Each_error_and_each_path_has_a_line_of_its_own()
    {
        using var all = new StringWriter { NewLine = "\n" };
        NotebookBatch.Print(
            [new("a", "/out/a.ipynb", 1, 1, 1, "a[cell 1]:line 1: Exception: one\ntwo\n"), new("b", "/out/b.ipynb", 1, 1, 1, null)],
            all, all);
        Assert.Equal("a[cell 1]:line 1: Exception: one two\n/out/a.ipynb\n/out/b.ipynb\n", all.ToString());
    }

    private string Write(string name, string? after, string source)
    {
        var path = Path.Combine(_folder, name + ".ipynb");
        File.WriteAllText(path, new JsonObject
        {
            ["nbformat"] = 4,
            ["nbformat_minor"] = 5,
            ["metadata"] = new JsonObject
            {
                ["tango2"] = after is null ? null : new JsonObject { ["after"] = new JsonArray(after) },
            },
            ["cells"] = new JsonArray(new JsonObject
            {
                ["cell_type"] = "code",
                ["metadata"] = new JsonObject(),
                ["source"] = $"using System.IO;\nDirectory.SetCurrentDirectory(@\"{_folder}\");\n{source}",
            }),
        }.ToJsonString());
        return path;
    }
}
