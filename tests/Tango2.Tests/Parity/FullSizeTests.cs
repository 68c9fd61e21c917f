using System.Diagnostics;
using Tango2.Checkpoints;
using Tango2.Diffusion;
using Tango2.Models;
using Tango2.Pipelines;
using Tango2.Tests.Checkpoints;

namespace Tango2.Tests.Parity;

/// <summary>The published sizes with random weights, one after the other: that they run, and in how much memory.</summary>
[Trait("Category", "FullSize")]
public class FullSizeTests
{
    private const double MostGiB = 20;

    [Fact]
    public void Tango_2_at_full_size_takes_one_guided_step_to_a_waveform_within_20_GiB()
    {
        Assert.SkipUnless(
            Environment.GetEnvironmentVariable("TANGO2_FULL") == "1",
            "Set TANGO2_FULL=1 to build the published sizes; that takes about five minutes and 5 GiB.");
        using var gradients = no_grad();
        manual_seed(1);
        using var states = Timed("text encoder", () =>
        {
            using var encoder = new T5EncoderModel(T5Config.FlanT5Large);
            encoder.eval();
            var ids = randint(2, 32_000, [2, 20], int64);
            return encoder.call(ids, ones_like(ids));
        });
        Assert.Equal([2, 20, 1024], states.shape);

        using var latents = Timed("U-Net, one guided step", () =>
        {
            using var unet = new UNet2DConditionModel(UNet2DConditionConfig.Tango2);
            using var schedule = new NoiseSchedule();
            unet.eval();
            var mask = ones(1, 20, dtype: @bool);
            using var denoiser = new GuidedDenoiser(TextToAudio.DenoiserOf(unet), new(states[..1], mask), new(states[1..], mask), 3);
            var (noise, t) = (randn(1, 8, 256, 16), schedule.Timesteps(200, TimestepSpacing.Leading)[0]);
            var prediction = denoiser.Predict(noise, full([1], (long)t));
            return DdpmSampler.Step(schedule, prediction, t, t - 5, noise, randn_like(noise));
        });
        Assert.Equal([1, 8, 256, 16], latents.shape);

        using var mel = Timed("autoencoder", () =>
        {
            using var vae = new AutoencoderKL(AutoencoderKLConfig.Tango2);
            vae.eval();
            return vae.DecodeLatents(latents);
        });
        Assert.Equal([1, 1, 1024, 64], mel.shape);

        using var waveform = Timed("vocoder", () =>
        {
            using var vocoder = new HiFiGanGenerator(HiFiGanConfig.Tango2);
            vocoder.eval();
            return vocoder.Vocode(mel);
        });
        Assert.Equal([1, 163_872], waveform.shape);
        Assert.All((Tensor[])[states, latents, mel, waveform], t => Assert.True(t.isfinite().all().item<bool>()));
        Assert.InRange(PeakGiB(), 0, MostGiB);
    }

    [Fact]
    public void Full_U_Net_is_built_and_filled_from_a_file_in_1_2_times_its_size()
    {
        Assert.SkipUnless(
            Environment.GetEnvironmentVariable("TANGO2_FULL") == "1",
            "Set TANGO2_FULL=1 to write the published U-Net's size to a temporary file and load it; 3.5 GB.");
        using var gradients = no_grad();
        var path = Path.Combine(Directory.CreateTempSubdirectory().FullName, "unet.safetensors");
        try
        {
            using (var written = new UNet2DConditionModel(UNet2DConditionConfig.Tango2)) StateDict.Save(path, written);
            var size = new FileInfo(path).Length;
            var rise = ResidentMemory.RiseDuring(() =>
            {
                using var unet = new UNet2DConditionModel(UNet2DConditionConfig.Tango2);
                StateDict.Load(unet, path);
            });
            var line = FormattableString.Invariant($"file {size / 1e9:0.000} GB, memory rose by {rise / 1e9:0.000} GB");
            TestContext.Current.TestOutputHelper?.WriteLine(line);
            TestContext.Current.SendDiagnosticMessage("{0}", line);
            Assert.InRange(rise, 0.9 * size, 1.2 * size);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }

    private static Tensor Timed(string what, Func<Tensor> run)
    {
        using var scope = NewDisposeScope();
        var clock = Stopwatch.StartNew();
        var result = run().MoveToOuterDisposeScope();
        var line = FormattableString.Invariant(
            $"{what}: {clock.Elapsed.TotalSeconds:0.0} s with building, peak of the process {PeakGiB():0.0} GiB");
        TestContext.Current.TestOutputHelper?.WriteLine(line);
        TestContext.Current.SendDiagnosticMessage("{0}", line);
        return result;
    }

    private static double PeakGiB()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64 / (double)(1 << 30);
    }
}
