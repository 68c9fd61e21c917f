using System.Globalization;
using Tango2.Audio;
using Tango2.Models;

namespace Tango2.Tests.Parity;

/// <summary>PANNs' Cnn14 from the waveform to its classes.</summary>
internal static class Cnn14Parity
{
    private const string Block = "conv_block";

    public static void Run(ParityFixture f, Comparison c)
    {
        using var gradients = no_grad();
        var config = new Cnn14Config
        {
            Widths = [.. f.Config["widths"]!.AsArray().Select(w => (int)w!)],
            Classes = (int)f.Config["classes"]!,
            Mels = (int)f.Config["mels"]!,
        };
        var front = new Cnn14Mel(Mel(f));
        if (f.Tensors.TryGetValue("logmel_extractor.melW", out var filters))
            c.Beside("filter bank", filters.t(), MelFilterbank.Build(front.Config), new(1e-7, 0));
        var model = Networks.LoadForeign(new Cnn14Model(config), f.Weights());
        var blocks = f.Outputs.Where(o => o.StartsWith(Block, StringComparison.Ordinal)).ToArray();
        var seen = Taps.On(model, blocks.Select(b => b.Split('.')[0]));

        var waveform = f.Input("waveform");
        var mel = front.Transform(waveform);
        foreach (var name in f.Outputs.Where(o => o.StartsWith("power_spectrogram", StringComparison.Ordinal)))
            c.Sampled(name, front.PowerSpectrum(waveform));
        c.Maybe("logmel", () => mel.squeeze(1));
        var (embedding, logits) = model.call(mel);
        foreach (var name in blocks) c.Sampled(name, Pooled(seen[name.Split('.')[0]], name, config), step: 4);
        c.Maybe("embedding", () => embedding);
        c.Maybe("logits", () => logits);
        c.Maybe("clipwise_output", () => logits.sigmoid());
    }

    // A block of the reference pools at its end, except the last one.
    private static Tensor Pooled(Tensor block, string name, Cnn14Config config) =>
        int.Parse(name[Block.Length..].Split('.')[0], CultureInfo.InvariantCulture) < config.Widths.Count
            ? nn.functional.avg_pool2d(block, 2) : block;

    private static MelConfig Mel(ParityFixture f) => new()
    {
        SampleRate = (int)f.Config["sample_rate"]!,
        FftLength = (int)f.Config["n_fft"]!,
        WindowLength = (int)f.Config["n_fft"]!,
        HopLength = (int)f.Config["hop"]!,
        MelBins = (int)f.Config["mels"]!,
        MinFrequency = (double)f.Config["fmin"]!,
        MaxFrequency = (double)f.Config["fmax"]!,
        ClipSamples = 2 * (int)f.Config["sample_rate"]!,
    };
}
