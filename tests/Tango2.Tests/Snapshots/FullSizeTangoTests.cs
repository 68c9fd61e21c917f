using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Tango2.Audio;
using Tango2.Models;
using Tango2.Notebooks;
using Tango2.Tests.Hub;

namespace Tango2.Tests.Snapshots;

/// <summary>Tango 2 at its full size from the command line: that a clip comes out, in how much memory, and how fast a call is.</summary>
[Trait("Category", "FullSize")]
public sealed partial class FullSizeTangoTests(FullSizeTango tango) : IClassFixture<FullSizeTango>
{
    private const string Prompt = "a dog barks";
    private const int Steps = 4, ManySteps = 50;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(6);

    [Theory]
    [InlineData("float32", 7)]
    [InlineData("bfloat16", 5)]
    public void Generates_a_clip_from_the_command_line_in_bounded_memory(string precision, double mostGiB)
    {
        Assert.SkipUnless(
            Environment.GetEnvironmentVariable("TANGO2_FULL") == "1",
            "Set TANGO2_FULL=1 to write a Tango 2 of the published size, 5.3 GB, to a temporary folder and to generate with it.");
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The highest memory use of another process is read as Linux tells it.");
        tango.Write();
        var wav = tango.Beside(precision + ".wav");
        var (line, peak) = Generate(wav, precision);
        var memory = FormattableString.Invariant($"{precision}: at most {peak:0.00} GiB resident");
        Assert.True(peak <= mostGiB, $"{memory}, expected {mostGiB} GiB or less.");
        if (line is null)
        {
            Tell(memory);
            Assert.Skip($"{memory} until it was ended after {Longest.TotalMinutes:0} minutes: this machine is slow in {precision}.");
        }
        var sound = Sound.Read(wav);
        Assert.Equal((16_000, 163_872), (sound.SampleRate, sound.Samples.Length));
        Assert.InRange(sound.Samples.Max(Math.Abs), 1e-4f, 1);
        Tell($"{memory}; {Speed(line, precision, Steps)}; {line}");
    }

    [Theory]
    [InlineData("float32")]
    [InlineData("bfloat16")]
    [InlineData("float16")]
    public async Task Generates_a_clip_on_the_device_that_the_tests_are_given(string precision)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("TANGO2_FULL") == "1", "It is of the published size: set TANGO2_FULL=1.");
        Assert.SkipWhen(Where.Device.type == DeviceType.CPU, "TANGO2_DEVICE names no GPU.");
        tango.Write();
        using var environment = new EnvironmentScope(("HF_HUB_CACHE", tango.Beside("no-cache")), ("HF_HUB_OFFLINE", "1"));
        var wav = tango.Beside(precision + ".wav");
        var (code, output, errors) = await Verb.Told(
            "generate", Prompt, "--model", tango.Folder, "--steps", $"{ManySteps}", "--precision", precision, "--out", wav);
        Assert.Equal((0, ""), (code, errors));
        Assert.InRange(Sound.Read(wav).Samples.Max(Math.Abs), 1e-4f, 1);
        Tell($"{Where.Name}, {precision}: {Speed(output, precision, ManySteps)}; {output}");
    }

    /// <summary>What the command printed, null if it took too long; and the most memory that it held, in GiB.</summary>
    private (string? Line, double PeakGiB) Generate(string wav, string precision)
    {
        var start = new ProcessStartInfo(NotebookProcess.DotnetHost(),
            ["exec", typeof(Tango2.Cli.Program).Assembly.Location, "generate", Prompt, "--model", tango.Folder, "--steps", $"{Steps}",
                "--sampler", "dpm++", "--precision", precision, "--out", wav])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = tango.Folder,
            Environment = { ["HF_HUB_CACHE"] = tango.Beside("no-cache"), ["HF_HUB_OFFLINE"] = "1" },
        };
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        var (clock, peak) = (Stopwatch.StartNew(), 0L);
        while (!process.WaitForExit(100) && clock.Elapsed < Longest)
        {
            process.Refresh();
            try
            {
                peak = Math.Max(peak, process.PeakWorkingSet64);
            }
            catch (InvalidOperationException)
            {
                // It has just ended.
            }
        }
        var ended = process.HasExited;
        if (!ended) process.Kill();
        process.WaitForExit();
        Assert.Equal((!ended, ""), (!ended, errors.Result));
        if (ended) Assert.Equal(0, process.ExitCode);
        return (ended ? output.Result.Trim() : null, peak / (double)(1 << 30));
    }

    private string Speed(string line, string precision, int steps)
    {
        var match = Calls().Match(line);
        Assert.True(match.Success, $"Expected the number of network calls and the seconds of one in \"{line}\".");
        Assert.Equal($"{steps}", match.Groups[1].Value);
        var seconds = double.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture);
        var work = UNetArithmetic.OfCall(tango.Shapes, UNet2DConditionConfig.Tango2, (2, 256, 16), tango.Tokens(Prompt));
        var most = UNetArithmetic.MatrixPeak(precision switch { "float32" => float32, "bfloat16" => bfloat16, _ => float16 }, Where.Device);
        return FormattableString.Invariant(
            $"{seconds:0.00#} s a call of {work / 1e9:0} GFLOP, {work / seconds / most:0%} of this machine's matrix product, {most / 1e9:0} GFLOP/s");
    }

    private static void Tell(string line)
    {
        TestContext.Current.TestOutputHelper?.WriteLine(line);
        TestContext.Current.SendDiagnosticMessage("{0}", line);
    }

    [GeneratedRegex(@"(\d+) network calls of (\d+\.\d+) s")]
    private static partial Regex Calls();
}
