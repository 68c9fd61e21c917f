using Tango2.Audio;
using Tango2.Models;

namespace Tango2.Tests.Parity;

/// <summary>VGGish from the waveform to its embeddings, and their whitening.</summary>
internal static class VggishParity
{
    private const string Pca = "pproc.";

    public static void Run(ParityFixture f, Comparison c)
    {
        using var gradients = no_grad();
        var front = new VggishMel(Mel(f), (double)f.Config["log_offset"]!, (int)f.Config["example_frames"]!);
        if (f.Tensors.TryGetValue("mel_matrix", out var filters))
            c.Beside("filter bank", filters, VggishMel.Filters(front.Config), new(1e-7, 0));
        var narrow = f.Config["narrow_network"]!;
        var linear = narrow["linear"]!.AsArray().Select(w => (int)w!).ToArray();
        var config = new VggishConfig
        {
            Widths = [.. narrow["conv"]!.AsArray().Select(w => (int)w!)],
            Linear = linear[1..], // the first of the reference's list is the width of what enters
            Frames = front.ExampleFrames,
            Mels = front.Config.MelBins,
        };
        var model = Networks.Load(new VggishModel(config), f.Weights()
            .Where(w => w.Key != "mel_matrix" && !w.Key.StartsWith(Pca, StringComparison.Ordinal)).ToDictionary());

        var waveform = f.Input("waveform").reshape(1, -1);
        var mel = front.Transform(waveform)[0];
        foreach (var name in f.Outputs.Where(o => o.StartsWith("log_mel.every", StringComparison.Ordinal))) c.Sampled(name, mel);
        c.Maybe("log_mel.frames", () => tensor(mel.shape[0]));
        var examples = front.Examples(waveform);
        c.Maybe("examples", () => examples);
        c.Maybe("embedding", () => model.call(examples));
        c.Maybe("embedding_pre_relu", () => model.BeforeRelu(examples));
        if (f.InputOrNull("pca.embeddings") is not { } embeddings) return;
        var whitening = Networks.Load(new VggishPostprocessor((int)embeddings.shape[1]), f.Weights(Pca));
        c.Maybe("pca.postprocessed", () => whitening.call(embeddings));
    }

    private static MelConfig Mel(ParityFixture f) => new()
    {
        SampleRate = (int)f.Config["sample_rate"]!,
        FftLength = (int)f.Config["fft"]!,
        WindowLength = (int)f.Config["window"]!,
        HopLength = (int)f.Config["hop"]!,
        MelBins = (int)f.Config["mels"]!,
        MinFrequency = (double)f.Config["mel_min"]!,
        MaxFrequency = (double)f.Config["mel_max"]!,
        ClipSamples = (int)f.Config["hop"]! * (int)f.Config["example_frames"]!,
    };
}
