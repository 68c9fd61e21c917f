using System.Globalization;
using Tango2.Audio;

namespace Tango2.Tests.Parity;

/// <summary>The autoencoder's mel, the path on which training audio is read, and resampling.</summary>
internal static class MelParity
{
    private const string Resample = "resample.", Read = ".read_wav_file", Bank = ".fbank", Pad = "pad_wav.";

    public static void Run(ParityFixture f, Comparison c)
    {
        var config = Config(f);
        if (f.Tensors.TryGetValue("mel_basis", out var filters))
            c.Beside("mel_basis", filters, MelFilterbank.Build(config), f.Tolerances.For("mel_basis"));
        if (f.InputOrNull("waveform") is { } samples) Wave(f, c, config, samples.unsqueeze(0));
        foreach (var name in f.Outputs.Where(o => o.StartsWith(Resample, StringComparison.Ordinal)))
        {
            var rates = name[Resample.Length..].Split('_').Select(r => int.Parse(r, CultureInfo.InvariantCulture)).ToArray();
            c.Close(name, Resampler.Resample(f.Input(name), rates[0], rates[1]));
        }
        foreach (var name in f.Outputs.Where(o => o.EndsWith(Read, StringComparison.Ordinal))) File(f, c, config, name[..^Read.Length]);
    }

    private static void Wave(ParityFixture f, Comparison c, MelConfig config, Tensor waveform)
    {
        var clipped = waveform.clamp(-1, 1); // as the reference does before its mel
        var magnitude = new MelSpectrogram(config).Magnitude(clipped); // [1, T, FftLength/2 + 1]
        c.Maybe("mel", () => new TacotronMel(config).Transform(clipped).squeeze(1).transpose(1, 2));
        c.Maybe("energy", () => magnitude.norm(2));
        foreach (var name in f.Outputs.Where(o => o.StartsWith("magnitude_log_every", StringComparison.Ordinal)))
            c.Sampled(name, magnitude.clamp_min(1e-5).log().transpose(1, 2));
        c.Maybe("normalize_wav", () => TrainingAudio.Normalize(waveform)[0]);
        foreach (var name in f.Outputs.Where(o => o.StartsWith(Pad, StringComparison.Ordinal)))
            c.Close(name, Fitted(waveform, f.Output(name)), "waveforms");
    }

    private static void File(ParityFixture f, Comparison c, MelConfig config, string file)
    {
        // Channels are resampled each on its own, and only the first is kept.
        var samples = f.Input(file + ".samples")[0];
        var prepared = TrainingAudio.Prepare(
            Waveform.FromTensor(samples, (int)f.Input(file + ".sample_rate").item<long>()), config);
        // The reference's silence is NaN at this point, and zero one step later; ours is zero at once.
        c.Close(file + Read, prepared, "waveforms", expected: f.Output(file + Read).nan_to_num(0));
        c.Close(file + Bank, new TacotronMel(config).Transform(prepared, (int)f.Config["target_length"]!).squeeze(1));
    }

    /// <summary>Cropped, or cut where the stored one's zeros begin and padded.</summary>
    private static Tensor Fitted(Tensor waveform, Tensor stored)
    {
        var (values, length) = (stored.data<float>().ToArray(), stored.shape[0]);
        var kept = Math.Min(waveform.shape[1], Array.FindLastIndex(values, v => v != 0) + 1);
        return TrainingAudio.Fit(waveform.narrow(1, 0, kept), length)[0];
    }

    private static MelConfig Config(ParityFixture f) => new()
    {
        SampleRate = (int)f.Config["sampling_rate"]!,
        FftLength = (int)f.Config["filter_length"]!,
        WindowLength = (int)f.Config["win_length"]!,
        HopLength = (int)f.Config["hop_length"]!,
        MelBins = (int)f.Config["n_mel_channels"]!,
        MinFrequency = (double)f.Config["mel_fmin"]!,
        MaxFrequency = (double)f.Config["mel_fmax"]!,
        ClipSamples = (int)f.Config["target_length"]! * (int)f.Config["hop_length"]!,
    };
}
