using System.Diagnostics;
using Tango2.Cli;
using Tango2.Cli.Verbs;
using Tango2.Notebooks;

namespace Tango2.Tests.Hub;

/// <summary>Fetches in processes of their own: killed, two at once, on a disk that is too small.</summary>
public sealed partial class FetchVerbTests
{
    [Fact]
    public async Task A_fetch_that_is_killed_goes_on_and_only_the_rest_is_asked_for()
    {
        var here = new TaskCompletionSource();
        _hub.StoreFault = async context =>
        {
            await LoopbackHub.Send(context, Weights, 5_000_000);
            here.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return true;
        };
        using (var fetch = Start("fetch", "tango2"))
        {
            await here.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
            for (var i = 0; i < 100 && !(new FileInfo(Blob + ".incomplete") is { Exists: true, Length: > 4_000_000 }); i++)
                await Task.Delay(50, TestContext.Current.CancellationToken);
            fetch.Kill(); // SIGKILL
            await fetch.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        var have = new FileInfo(Blob + ".incomplete").Length;
        Assert.InRange(have, 4_000_001, 5_000_000);
        Assert.False(File.Exists(Blob));
        Assert.Null(Cache.Find(Tango2));
        var models = new StringWriter();
        ModelsVerb.Print(Cache, asJson: false, models);
        Assert.Matches(@"tango2 +│? *\d of 9 files", models.ToString());
        _hub.StoreFault = null;
        _hub.Requests.Clear();
        using (var fetch = Start("fetch", "tango2"))
        {
            await fetch.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, fetch.ExitCode);
        }
        Assert.Equal([$"bytes={have}-"], Ranges);
        Assert.Equal(Weights, File.ReadAllBytes(Cache.Open("tango2").PathOf("pytorch_model_main.bin")));
        Assert.False(File.Exists(Blob + ".incomplete"));
    }

    [Fact]
    public async Task Two_processes_fetch_each_byte_once_and_both_end_well()
    {
        _hub.StoreFault = async context =>
        {
            for (var i = 0; i < 100 && _hub.Requests.Count(r => r.Method == "HEAD" && r.Path.Contains("pytorch_model_main", StringComparison.Ordinal)) < 2; i++)
                await Task.Delay(100, TestContext.Current.CancellationToken); // until the other is here too
            await Task.Delay(500, TestContext.Current.CancellationToken);
            return false;
        };
        using var one = Start("fetch", "tango2");
        using var two = Start("fetch", "tango2");
        await Task.WhenAll(one.WaitForExitAsync(TestContext.Current.CancellationToken), two.WaitForExitAsync(TestContext.Current.CancellationToken));
        Assert.Equal((0, 0), (one.ExitCode, two.ExitCode));
        Assert.Equal([null], Ranges);
        Assert.Equal(Weights, File.ReadAllBytes(Cache.Open("tango2").PathOf("pytorch_model_main.bin")));
    }

    [Fact]
    public async Task A_disk_that_is_full_ends_with_code_2_and_leaves_no_half_file()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Only the root user of Linux can mount a small disk.");
        Directory.CreateDirectory(_folder["home"]);
        var program = string.Join(' ', Arguments("fetch", "tango2").Prepend(NotebookProcess.DotnetHost()).Select(word => $"'{word}'"));
        using var fetch = Process.Start(new ProcessStartInfo("unshare",
            ["-m", "sh", "-c", $"mount -t tmpfs -o size=4m none '{_folder["home"]}' || exit 99; {program}; code=$?; find '{_folder["home"]}' -type f -size +1k; exit $code"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (text, errors) = (await fetch.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken),
            await fetch.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await fetch.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.SkipWhen(fetch.ExitCode is 99 or 1, $"No small disk can be mounted here: {errors}");
        Assert.Contains("8.0 MB are to come, but its disk has room for 4.2 MB: make room, or set HF_HOME", errors);
        Assert.Equal(2, fetch.ExitCode);
        Assert.DoesNotContain("/blobs/", text);
    }

    private static string[] Arguments(params string[] arguments) =>
        ["exec", typeof(Program).Assembly.Location, .. arguments];

    private static Process Start(params string[] arguments) => Process.Start(new ProcessStartInfo(NotebookProcess.DotnetHost(), Arguments(arguments))
    {
        RedirectStandardInput = true,
    })!;
}
