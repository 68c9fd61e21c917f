using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Tango2.Benchmarks.Cases;

namespace Tango2.Benchmarks.Small;

/// <summary>The small cases of a paired run, ours only, with BenchmarkDotNet's statistics.</summary>
[Config(typeof(InThisProcess))]
[MemoryDiagnoser]
public class SmallBenchmarks
{
    private TimedStep _step = null!;
    private IDisposable? _quiet;

    /// <summary>The case.</summary>
    [Params("mel", "vae-encode-mini", "vae-decode-mini", "t5-mini", "clap-text", "adamw", "unet-mini")]
    public string Case { get; set; } = "";

    /// <summary>Builds the case.</summary>
    [GlobalSetup]
    public void Build()
    {
        manual_seed(0);
        _quiet = no_grad();
        _step = AllCases.Chosen([Case])[0].Ours("");
    }

    /// <summary>One step.</summary>
    [Benchmark]
    public void Step() => _step.Run(null).Dispose();

    /// <summary>Lets the networks go.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _step.Dispose();
        _quiet?.Dispose();
    }

    /// <summary>A generated project would not find libtorch, so nothing is generated.</summary>
    private sealed class InThisProcess : ManualConfig
    {
        public InThisProcess() => AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance));
    }
}
