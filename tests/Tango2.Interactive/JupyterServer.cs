using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Tango2.Interactive;

/// <summary>Debian's Jupyter with the kernel of .NET Interactive, on a port of its own, with its files in a folder of its own.</summary>
internal sealed class JupyterServer : IDisposable
{
    private readonly string _token = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
    private readonly int _port = FreePort();
    private readonly string _root;
    private readonly Process _process;
    private readonly Task<string> _said;

    private JupyterServer(string root)
    {
        _root = root;
        string[] arguments =
        [
            "--no-browser", "--ip=127.0.0.1", $"--port={_port}", "--port-retries=0", $"--NotebookApp.token={_token}",
            $"--notebook-dir={root}", .. Environment.UserName == "root" ? new[] { "--allow-root" } : [],
        ];
        _process = Process.Start(Described("jupyter-notebook", root, arguments))!;
        _ = _process.StandardOutput.ReadToEndAsync();
        _said = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>What is missing, in words, with the command that brings it; null where all is there.</summary>
    /// <param name="root">A folder with the manifest of the tool.</param>
    public static async Task<string?> Missing(string root)
    {
        foreach (var program in new[] { "jupyter-notebook", "jupyter-kernelspec", "chromium" })
            if (PathOf(program) is null) return $"{program} is not installed: tests/jupyter.sh installs it on Debian.";
        return await Run(root, "dotnet", "tool", "run", "dotnet-interactive", "--", "--version") is { Length: > 0 } said
            ? $"The tool dotnet-interactive does not start: dotnet tool restore. It said: {said}"
            : null;
    }

    /// <summary>The path of an installed program, or null.</summary>
    public static string? PathOf(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    /// <summary>Installs the kernel for this server only, starts it, and waits until it answers.</summary>
    /// <param name="root">The folder that it shows; the tool's manifest is in it, since a local tool is found from below only.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public static async Task<JupyterServer> Start(string root, CancellationToken cancellation)
    {
        var kernels = Directory.CreateDirectory(Path.Combine(root, "jupyter", "data", "kernels")).FullName;
        var said = await Run(root, "dotnet", "tool", "run", "dotnet-interactive", "--", "jupyter", "install", "--path", kernels);
        Assert.True(said is null, said);
        var server = new JupyterServer(root);
        using var client = new HttpClient();
        while (!await server.Answers(client, cancellation))
        {
            Assert.False(server._process.HasExited, server._process.HasExited ? await server._said : "");
            await Task.Delay(500, cancellation);
        }
        return server;
    }

    /// <summary>The page of a notebook.</summary>
    public string PageOf(string notebook) => $"http://127.0.0.1:{_port}/notebooks/notebooks/{notebook}.ipynb?token={_token}";

    /// <summary>Asks the server to end, so that it ends its kernels; after ten seconds ends it.</summary>
    public void Dispose()
    {
        using (var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"])) kill.WaitForExit();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(10))) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private async Task<bool> Answers(HttpClient client, CancellationToken cancellation)
    {
        try
        {
            using var answer = await client.GetAsync($"http://127.0.0.1:{_port}/api/status?token={_token}", cancellation);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>Runs a program; what it said where it failed, else null.</summary>
    private static async Task<string?> Run(string root, string program, params string[] arguments)
    {
        using var process = Process.Start(Described(program, root, arguments))!;
        var output = process.StandardOutput.ReadToEndAsync();
        var said = await process.StandardError.ReadToEndAsync() + await output;
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? null : $"{program} {string.Join(' ', arguments)}: exit code {process.ExitCode}. {said}";
    }

    private static ProcessStartInfo Described(string program, string root, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (variable, folder) in new[] { ("CONFIG_DIR", "config"), ("DATA_DIR", "data"), ("RUNTIME_DIR", "runtime") })
            start.Environment[$"JUPYTER_{variable}"] = Path.Combine(root, "jupyter", folder);
        start.Environment["IPYTHONDIR"] = Path.Combine(root, "jupyter", "ipython");
        start.Environment["DOTNET_INTERACTIVE_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        return start;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
