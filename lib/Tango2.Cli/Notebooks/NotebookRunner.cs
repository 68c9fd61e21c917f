using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Tango2.Files;

namespace Tango2.Cli.Notebooks;

/// <summary>Runs notebooks, each in a process of its own, and writes them with their outputs.</summary>
internal static class NotebookRunner
{
    /// <summary>Begins the lines with which the child process reports; any other line is the notebook's native noise.</summary>
    private const string Mark = "\u0001tango2 ";

    /// <summary>Runs one notebook.</summary>
    /// <param name="path">The .ipynb.</param>
    /// <param name="outFolder">Where the executed notebook goes, under its own name; whole or not at all.</param>
    /// <param name="parameters">Values for its cell tagged <c>parameters</c>.</param>
    /// <param name="progress">Told the number, from 1, of the code cell about to run.</param>
    /// <param name="cancellation">Ends the child process.</param>
    /// <param name="environment">Environment variables for the child process.</param>
    public static async Task<NotebookResult> Run(
        string path, string outFolder, IReadOnlyDictionary<string, string> parameters, Action<int> progress,
        CancellationToken cancellation, IReadOnlyDictionary<string, string>? environment = null)
    {
        var cells = NotebookFile.Load(path).Cells.Count(cell => cell.IsCode);
        var executed = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".ipynb");
        try
        {
            var clock = Stopwatch.StartNew();
            var end = await RunChild(path, executed, parameters, progress, environment, cancellation);
            var target = Path.GetFullPath(Path.Combine(outFolder, Path.GetFileName(path)));
            if (File.Exists(executed)) AtomicFile.WriteText(target, await File.ReadAllTextAsync(executed, cancellation));
            var name = Path.GetFileNameWithoutExtension(path);
            return new(name, target, cells, clock.Elapsed.TotalSeconds, end.PeakMemoryMiB, end.Error);
        }
        finally
        {
            File.Delete(executed);
        }
    }

    /// <summary>What the child process does: runs the notebook, writes it, reports on standard output.</summary>
    /// <returns>0, or 1 when a cell failed.</returns>
    public static async Task<int> Child(string path, string executed, IReadOnlyDictionary<string, string> parameters)
    {
        var report = Console.Out;
        void Tell(string line)
        {
            report.WriteLine(Mark + line);
            report.Flush();
        }
        var notebook = NotebookFile.Load(path);
        var to = Path.GetFullPath(executed);
        var error = await NotebookExecution.Run(
            notebook, path, parameters, cell => Tell(cell.ToString(CultureInfo.InvariantCulture)));
        await File.WriteAllTextAsync(to, notebook.ToJson());
        using var self = Process.GetCurrentProcess();
        Tell(JsonSerializer.Serialize(new ChildEnd(self.PeakWorkingSet64 / 1048576.0, error?.Message)));
        return error is null ? 0 : 1;
    }

    private static async Task<ChildEnd> RunChild(
        string path, string executed, IReadOnlyDictionary<string, string> parameters, Action<int> progress,
        IReadOnlyDictionary<string, string>? environment, CancellationToken cancellation)
    {
        string[] arguments =
        [
            typeof(NotebookRunner).Assembly.Location, "notebook", "execute", Path.GetFullPath(path), executed,
            .. parameters.SelectMany(p => new[] { "--param", $"{p.Key}={p.Value}" }),
        ];
        var start = new ProcessStartInfo(DotnetHost(), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        using var child = Process.Start(start)!;
        var noise = new List<string>();
        child.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is not null) lock (noise) noise.Add(line.Data);
        };
        child.BeginErrorReadLine();
        ChildEnd? end = null;
        try
        {
            while (await child.StandardOutput.ReadLineAsync(cancellation) is { } line)
            {
                if (!line.StartsWith(Mark, StringComparison.Ordinal)) continue;
                if (int.TryParse(line.AsSpan(Mark.Length), out var cell)) progress(cell);
                else end = JsonSerializer.Deserialize<ChildEnd>(line.AsSpan(Mark.Length));
            }
            await child.WaitForExitAsync(cancellation);
        }
        finally
        {
            if (!child.HasExited) child.Kill(entireProcessTree: true);
        }
        return end ?? new(0, $"{Path.GetFileNameWithoutExtension(path)}: the notebook's process ended with code " +
            $"{child.ExitCode}. {string.Join(" ", noise.TakeLast(5))}");
    }

    /// <summary>The dotnet program that runs this process's framework.</summary>
    private static string DotnetHost()
    {
        var root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        var host = Path.Combine(root, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
        return File.Exists(host) ? host : "dotnet";
    }

    private sealed record ChildEnd(double PeakMemoryMiB, string? Error);
}
