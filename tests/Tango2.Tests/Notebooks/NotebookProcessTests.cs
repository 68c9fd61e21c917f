using System.Diagnostics;
using System.Text.Json.Nodes;
using Tango2.Cli;
using Tango2.Notebooks;

namespace Tango2.Tests.Notebooks;

// cases: nb/exit0.ipynb, nb/infinite.ipynb
public sealed class NotebookProcessTests : IDisposable
{
    private const string Setup = "using System.IO;\nusing System.Threading;\nusing System.Diagnostics;\nConsole.WriteLine(\"first\");";

    private readonly string _folder = Directory.CreateTempSubdirectory("tango2-process-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("Environment.Exit(0);", "exit code 0.")]
    [InlineData("new Thread(() => Environment.Exit(3)).Start(); Thread.Sleep(-1);", "exit code 3.")]
    [InlineData("Environment.FailFast(\"no more\");", "exit code 134, as after SIGABRT; it said: Process terminated. no more")]
    [InlineData("Process.GetCurrentProcess().Kill(); Thread.Sleep(-1);",
        "exit code 137, as after SIGKILL, which the system also sends when memory runs out.")]
    [InlineData("int Deep(int x) => Deep(x + 1) + 1; Deep(0);", "exit code 134, as after SIGABRT; it said: Stack overflow.")]
    [InlineData("new Thread(() => throw new Exception(\"boom\")).Start(); Thread.Sleep(-1);",
        "exit code 134, as after SIGABRT; it said: Unhandled exception. System.Exception: boom")]
    [InlineData("System.Runtime.InteropServices.Marshal.WriteInt32((IntPtr)(1L << 40), 1);", "exit code 134, as after SIGABRT; it said: Fatal error.")]
    public async Task A_cell_that_ends_the_process_is_named_and_what_was_shown_is_kept(string cell, string ending)
    {
        var (result, cells) = await Run(double.PositiveInfinity, Setup, $"Console.WriteLine(\"before\"); {cell}", "1");
        Assert.StartsWith($"sample[cell 2]: the notebook's process ended here, with {ending}", result.Error);
        AssertEndedIn2(cells, "ProcessEnded", result.Error!, "before\n");
    }

    [Fact]
    public async Task A_timer_that_ends_the_process_later_is_told_at_the_cell_that_runs_then()
    {
        var (result, cells) = await Run(
            double.PositiveInfinity,
            Setup + "\nAppDomain.CurrentDomain.ProcessExit += (_, _) => Console.WriteLine(\"leaving\");" +
            "\nvar timer = new System.Threading.Timer(_ => Environment.Exit(0), null, 300, -1);",
            "Console.OpenStandardOutput().Close(); Console.WriteLine(\"before\"); Thread.Sleep(-1);", "1");
        Assert.Equal("sample[cell 2]: the notebook's process ended here, with exit code 0.", result.Error);
        AssertEndedIn2(cells, "ProcessEnded", result.Error!, "before\n", "leaving\n");
    }

    [Theory]
    [InlineData("while (true) { }")]
    [InlineData("await new TaskCompletionSource().Task;")]
    public async Task A_cell_over_its_time_is_ended_and_what_was_shown_is_kept(string cell)
    {
        var (result, cells) = await Run(4, Setup, $"Console.WriteLine(\"before\"); {cell}", "1");
        Assert.Equal("sample[cell 2]: ran for more than the 4 seconds of --timeout, and was ended.", result.Error);
        AssertEndedIn2(cells, "TimeLimit", result.Error!, "before\n");
    }

    [Fact]
    public async Task The_limit_is_for_each_cell_and_reading_does_not_wait()
    {
        var (result, cells) = await Run(
            4, Setup, "Thread.Sleep(2200);", "Thread.Sleep(2200);",
            "Console.WriteLine((Console.ReadLine() ?? \"nothing\") + Console.OpenStandardInput().ReadByte());");
        Assert.Null(result.Error);
        Assert.Equal("nothing-1\n", Shown(cells[3]["outputs"]![0]!));
    }

    [Fact]
    public async Task Warnings_of_the_library_stand_below_their_cell_unless_they_are_silenced()
    {
        // The class is the library's own, so the cell asks for it by name.
        string[] cells =
        [
            "#!import own.csx",
            "Type.GetType(\"Tango2.Files.Warnings, Tango2.Files\").GetMethod(\"Give\").Invoke(null, new object[] { \"this is odd.\" });",
        ];
        File.WriteAllText(Path.Combine(_folder, "own.csx"), $"#r \"{AppContext.BaseDirectory}/Tango2.Files.dll\"");
        var (loud, shown) = await Run(double.PositiveInfinity, "0", cells);
        Assert.Null(loud.Error);
        Assert.Equal("stderr", (string?)shown[1]["outputs"]![0]!["name"]);
        Assert.Equal("warning: this is odd.\n", Shown(shown[1]["outputs"]![0]!));
        var (_, quiet) = await Run(double.PositiveInfinity, "1", cells);
        Assert.Empty(quiet[1]["outputs"]!.AsArray());
    }

    [Fact]
    public async Task Stopping_keeps_what_was_shown_and_leaves_no_process()
    {
        using var stop = new CancellationTokenSource();
        var id = Path.Combine(_folder, "id");
        var run = NotebookRunner.Run(
            Write(Setup, $"Console.WriteLine(\"before\"); File.WriteAllText(@\"{id}\", $\"{{Environment.ProcessId}} \"); while (true) {{ }}", "1"),
            new(Path.Combine(_folder, "out")), _ => { }, stop.Token);
        var process = await Written(id);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        await Gone(process);
        AssertEndedIn2(Cells(Path.Combine(_folder, "out", "sample.ipynb")), "Stopped", "sample[cell 2]: stopped while it ran.", "before\n");
    }

    [Fact]
    public async Task The_process_of_a_notebook_ends_when_the_one_that_started_it_is_killed()
    {
        var id = Path.Combine(_folder, "id");
        var path = Write(Setup, $"File.WriteAllText(@\"{id}\", $\"{{Environment.ProcessId}} \"); while (true) {{ }}");
        string[] arguments =
        [
            typeof(Program).Assembly.Location, "notebook", "run", "--no-publish", path, "--out", Path.Combine(_folder, "out"),
        ];
        using var runner = Process.Start(new ProcessStartInfo(NotebookProcess.DotnetHost(), arguments) { RedirectStandardOutput = true })!;
        var process = await Written(id);
        runner.Kill(); // Not its tree: as kill -9 or the system would.
        await Gone(process);
        Assert.Equal("first\n", Shown(Cells(Path.Combine(_folder, "out", "sample.ipynb"))[0]["outputs"]![0]!));
    }

    [Theory]
    [InlineData("INT", 2)]
    [InlineData("TERM", 15)]
    public async Task A_signal_stops_the_command_with_code_130_and_leaves_what_was_shown(string signal, int number)
    {
        Assert.SkipWhen(IsIgnored(number), $"SIG{signal} is ignored here, as in what a shell runs in the background, and children inherit that.");
        var id = Path.Combine(_folder, "id");
        var path = Write(
            Setup, $"Console.WriteLine(\"before\"); File.WriteAllText(@\"{id}\", $\"{{Environment.ProcessId}} \"); while (true) {{ }}", "3");
        string[] arguments =
        [
            typeof(Program).Assembly.Location, "notebook", "run", "--no-publish", path, "--out", Path.Combine(_folder, "out"),
        ];
        using var runner = Process.Start(new ProcessStartInfo(NotebookProcess.DotnetHost(), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var process = await Written(id);
        // Both get it, as from Ctrl-C at a terminal.
        using (var kill = Process.Start("kill", [$"-{signal}", $"{process}", $"{runner.Id}"])) await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        try
        {
            await runner.WaitForExitAsync(patience.Token);
        }
        finally
        {
            if (!runner.HasExited) runner.Kill(entireProcessTree: true);
        }
        var said = await runner.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.Equal(130, runner.ExitCode);
        Assert.Contains("tango2: stopped", said);
        await Gone(process);
        AssertEndedIn2(Cells(Path.Combine(_folder, "out", "sample.ipynb")), "Stopped", "sample[cell 2]: stopped while it ran.", "before\n");
    }

    private static bool IsIgnored(int signal)
    {
        var mask = File.ReadLines("/proc/self/status").First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal));
        return (Convert.ToUInt64(mask["SigIgn:".Length..].Trim(), 16) >> (signal - 1) & 1) == 1;
    }

    [Fact]
    public async Task Something_deeply_nested_can_be_shown()
    {
        var path = Write("display(new string('[', 60) + new string(']', 60), \"application/json\");", "2");
        var result = await NotebookRunner.Run(
            path, new(Path.Combine(_folder, "out")), _ => { }, TestContext.Current.CancellationToken);
        Assert.Null(result.Error);
        Assert.Equal("2", NotebookCell.Joined(
            NotebookFile.Load(result.OutputPath).Cells[1].Outputs[0]!["data"]!["text/plain"]));
    }

    [Fact]
    public async Task A_notebook_can_be_written_over_itself()
    {
        var path = Write("1 + 1", "2 + 2");
        var result = await NotebookRunner.Run(path, new(_folder), _ => { }, TestContext.Current.CancellationToken);
        Assert.Null(result.Error);
        Assert.Equal(path, result.OutputPath);
        Assert.Equal([1, 2], Cells(path).Select(cell => (int)cell["execution_count"]!));
    }

    private static void AssertEndedIn2(JsonNode[] cells, string kind, string message, params string[] shown)
    {
        Assert.Equal("first\n", Shown(cells[0]["outputs"]![0]!));
        var outputs = cells[1]["outputs"]!.AsArray();
        Assert.Equal(string.Concat(shown), Shown(outputs[0]!));
        Assert.Equal("error", (string?)outputs[1]!["output_type"]);
        Assert.Equal(kind, (string?)outputs[1]!["ename"]);
        Assert.Equal(message, (string?)outputs[1]!["evalue"]);
        Assert.Equal(2, (int?)cells[1]["execution_count"]);
        Assert.Empty(cells[2]["outputs"]!.AsArray());
        Assert.Null(cells[2]["execution_count"]);
    }

    private static string Shown(JsonNode output) => NotebookCell.Joined(output["text"]);

    private static async Task<int> Written(string path)
    {
        for (var i = 0; i < 600; i++)
        {
            if (File.Exists(path) && File.ReadAllText(path) is [.., ' '] text) return int.Parse(text);
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
        throw new TimeoutException($"Nothing wrote {path}.");
    }

    private static async Task Gone(int process)
    {
        for (var i = 0; i < 100; i++)
        {
            if (!File.Exists($"/proc/{process}/stat") || File.ReadAllText($"/proc/{process}/stat").Contains(") Z ")) return;
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
        Assert.Fail("The notebook's process still runs.");
    }

    private Task<(NotebookResult Result, JsonNode[] Cells)> Run(double seconds, params string[] cells) => Run(seconds, "0", cells);

    private async Task<(NotebookResult Result, JsonNode[] Cells)> Run(double seconds, string quiet, string[] cells)
    {
        var settings = new NotebookSettings(Path.Combine(_folder, "out"))
        {
            CellSeconds = seconds,
            Environment = new Dictionary<string, string> { ["TANGO2_QUIET"] = quiet },
        };
        var result = await NotebookRunner.Run(Write(cells), settings, _ => { }, TestContext.Current.CancellationToken);
        return (result, Cells(result.OutputPath));
    }

    private static JsonNode[] Cells(string path) =>
        [.. JsonNode.Parse(File.ReadAllText(path))!["cells"]!.AsArray().Select(cell => cell!)];

    private string Write(params string[] cells)
    {
        var path = Path.Combine(_folder, "sample.ipynb");
        File.WriteAllText(path, new JsonObject
        {
            ["nbformat"] = 4,
            ["cells"] = new JsonArray([.. cells.Select(source => new JsonObject { ["cell_type"] = "code", ["source"] = source })]),
        }.ToJsonString());
        return path;
    }
}
