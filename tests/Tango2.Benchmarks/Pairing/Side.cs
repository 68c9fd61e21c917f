using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tango2.Benchmarks.Pairing;

/// <summary>One side of a paired run: a process that builds a case and times its steps when asked.</summary>
internal sealed class Side : IDisposable
{
    private readonly Process _process;
    private readonly string _name;
    private readonly Queue<string> _complaints = new();

    private Side(string name, int threads, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var variable in (string[])["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"])
            start.Environment[variable] = threads.ToString(CultureInfo.InvariantCulture);
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        start.Environment["HF_HUB_OFFLINE"] = "1";
        _name = name;
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, line) => Remember(line.Data);
        _process.BeginErrorReadLine();
        var answer = Ask(new() { ["op"] = "hello", ["threads"] = threads });
        Versions = string.Join(", ", answer.Select(v => $"{v.Key} {v.Value}"));
    }

    /// <summary>What this side's timings depend on, for the results.</summary>
    public string Versions { get; }

    /// <summary>Our side: this program once more.</summary>
    public static Side Ours(int threads) =>
        new("Our side", threads, Environment.ProcessPath!, [.. OwnAssembly(), "worker"]);

    /// <summary>The other side: Python with the script in the folder reference.</summary>
    /// <exception cref="InvalidDataException">Python, PyTorch or the reference is missing; the message says what to do.</exception>
    public static Side Python(int threads, string python, string script)
    {
        if (!File.Exists(script)) throw new FileNotFoundException($"There is no file {script}: the clone is incomplete.", script);
        try
        {
            return new("Python", threads, python, script);
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new InvalidDataException(
                $"Python could not be started as '{python}': {error.Message}. Name it with --python, or time this " +
                "library alone with --ours-only.", error);
        }
    }

    /// <summary>Builds a case and makes one step; gives the number of parameters and the shape of the result.</summary>
    public string Build(JsonObject request) => Ask(request).ToJsonString();

    /// <summary>Times some steps, each by itself.</summary>
    public double[] Time(int steps, string? variant = null)
    {
        var answer = Ask(new() { ["op"] = "time", ["count"] = steps, ["variant"] = variant });
        return answer["ms"]!.Deserialize<double[]>()!;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.StandardInput.Close(); // the worker ends with its input
        if (!_process.WaitForExit(10_000)) _process.Kill();
        _process.Dispose();
    }

    private JsonObject Ask(JsonObject request)
    {
        string? line = null;
        try
        {
            _process.StandardInput.WriteLine(request.ToJsonString());
            _process.StandardInput.Flush();
            line = _process.StandardOutput.ReadLine();
        }
        catch (IOException)
        {
            // The process is gone: told below.
        }
        if (line is null)
        {
            _process.WaitForExit(5000);
            lock (_complaints)
                throw new InvalidDataException($"{_name} ended without an answer. Its last words:\n  {string.Join("\n  ", _complaints)}");
        }
        var answer = JsonNode.Parse(line)!.AsObject();
        return answer["error"] is { } error ? throw new InvalidDataException($"{_name}: {error}") : answer;
    }

    private void Remember(string? line)
    {
        if (line is null) return;
        lock (_complaints)
        {
            _complaints.Enqueue(line);
            if (_complaints.Count > 8) _complaints.Dequeue();
        }
    }

    // Run by `dotnet file.dll`, the process is dotnet and needs the file's name.
    private static string[] OwnAssembly() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(Side).Assembly.Location] : [];
}
