using System.Diagnostics;
using System.IO.Pipes;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Tango2.Notebooks;

/// <summary>The process in which a notebook's cells run, and the pipe by which it tells what they show.</summary>
/// <remarks>
/// Cells may end the process, close its streams or never return; so the pipe is a named one that only the two processes know,
/// and what was told stays told. When the process that started it is gone, the pipe breaks and the notebook's process ends.
/// </remarks>
internal sealed partial class NotebookProcess : IDisposable
{
    private const int LinesKept = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly Dictionary<int, string> Signals = new()
    {
        [131] = "SIGQUIT",
        [132] = "SIGILL",
        [134] = "SIGABRT",
        [135] = "SIGBUS",
        [136] = "SIGFPE",
        [137] = "SIGKILL, which the system also sends when memory runs out",
        [139] = "SIGSEGV",
        [143] = "SIGTERM",
    };

    private readonly NamedPipeServerStream _pipe;
    private readonly StreamReader _events;
    private readonly Process _process;
    private readonly Queue<string> _said = [];
    private readonly Task _heard;
    private bool _connected;

    /// <summary>Starts the process.</summary>
    /// <param name="path">The notebook.</param>
    /// <param name="settings">How it is run.</param>
    public NotebookProcess(string path, NotebookSettings settings)
    {
        var name = $"tango2-{Path.GetRandomFileName()}";
        try
        {
            _pipe = new(name, PipeDirection.InOut, 1, PipeTransmissionMode.Byte,
                PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
        }
        catch (Exception error) when (error is SocketException or ArgumentException or IOException)
        {
            throw new IOException(
                $"No pipe can be made in {Path.GetTempPath()}: set TMPDIR to a folder that is there and has a short name.", error);
        }
        _events = new(_pipe, Encoding.UTF8);
        string[] arguments =
        [
            typeof(NotebookProgram).Assembly.Location, Path.GetFullPath(path), name,
            .. settings.Parameters.Select(p => $"{p.Key}={p.Value}"),
        ];
        var start = new ProcessStartInfo(DotnetHost(), arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (variable, value) in settings.Environment) start.Environment[variable] = value;
        _process = Process.Start(start)!;
        _process.StandardInput.Close(); // A cell that reads finds nothing, and does not wait.
        _heard = Task.WhenAll(_process.StandardOutput.BaseStream.CopyToAsync(Stream.Null), Listen());
    }

    /// <summary>What the process tells next; null when it has ended.</summary>
    public async Task<NotebookEvent?> Next(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (!_connected && !(_connected = await Connected(cancellation))) return null;
        try
        {
            return await _events.ReadLineAsync(cancellation) is { } line ? NotebookEvent.Of(line) : null;
        }
        catch (Exception error) when (error is JsonException or IOException) // It ended while it wrote a line.
        {
            return null;
        }
    }

    /// <summary>Waits until the process has ended, and ends it if it does not do so soon.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> ExitCode()
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            Kill();
        }
        await Task.WhenAny(_heard, Task.Delay(500, CancellationToken.None)); // Its own children may keep its streams open.
        return _process.ExitCode;
    }

    /// <summary>How the process ended, in words: the exit code, what it stands for, and what the process said last.</summary>
    public async Task<string> Ending()
    {
        var code = await ExitCode();
        var signal = Signals.TryGetValue(code, out var name) ? $", as after {name}" : "";
        string said;
        lock (_said) said = string.Join(" ", _said.Select(line => line.Trim()));
        return $"exit code {code}{signal}{(code == 0 || said.Length == 0 ? "" : $"; it said: {said}")}";
    }

    /// <summary>Ends the process and those that it started.</summary>
    public void Kill()
    {
        if (_process.HasExited) return;
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Kill();
        _events.Dispose();
        _process.Dispose();
    }

    /// <summary>The dotnet program that runs this process's framework.</summary>
    public static string DotnetHost()
    {
        var root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        var host = Path.Combine(root, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
        return File.Exists(host) ? host : "dotnet";
    }

    private async Task<bool> Connected(CancellationToken cancellation)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var connection = _pipe.WaitForConnectionAsync(ended.Token);
        if (await Task.WhenAny(connection, _process.WaitForExitAsync(ended.Token)) == connection)
        {
            await connection;
            return true;
        }
        cancellation.ThrowIfCancellationRequested();
        return false;
    }

    private async Task Listen()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            if (Frame().IsMatch(line)) continue;
            lock (_said)
            {
                _said.Enqueue(line);
                if (_said.Count > LinesKept) _said.Dequeue();
            }
        }
    }

    /// <summary>A line of a stack trace, and what the runtime draws around a stack that overflowed.</summary>
    [GeneratedRegex(@"^\s+at |^-*$|^Repeat(ed)? \d+ times")]
    private static partial Regex Frame();
}

/// <summary>What the process of a notebook tells the one that started it, one line each; one of the three is set.</summary>
/// <param name="Cell">The number, from 1, of the code cell that begins; the one before it has then ended.</param>
/// <param name="Output">Something that the cell shows, as an nbformat output.</param>
/// <param name="End">The closing report; without it the notebook has failed, whatever the process's exit code is.</param>
internal sealed record NotebookEvent(int? Cell = null, JsonObject? Output = null, NotebookEnd? End = null)
{
    private static readonly JsonSerializerOptions Deep = new() { MaxDepth = NotebookFile.Deepest };

    /// <summary>The event as a line.</summary>
    public string ToLine() => JsonSerializer.Serialize(this, Deep);

    /// <summary>The event of a line.</summary>
    public static NotebookEvent Of(string line) => JsonSerializer.Deserialize<NotebookEvent>(line, Deep)!;
}

/// <summary>The closing report of a notebook's process.</summary>
/// <param name="PeakMemoryMiB">Most memory that it held.</param>
/// <param name="Error">The error of a cell that ended the run, or null.</param>
internal sealed record NotebookEnd(double PeakMemoryMiB, string? Error);
