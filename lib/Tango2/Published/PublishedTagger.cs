// Sizes and front end of PANNs' Cnn14_16k (audioldm_eval's EvaluationHelper at 16 kHz).
using Tango2.Audio;
using Tango2.Models;
using Tango2.Pipelines;

namespace Tango2.Published;

/// <summary>PANNs' Cnn14 for 16 kHz from its published file, Cnn14_16k_mAP=0.438.pth: the tagger of KL, FD, IS and KID.</summary>
public static class PublishedTagger
{
    /// <summary>Builds the tagger. Its sizes follow from the file's tensors, its front end is audioldm_eval's.</summary>
    /// <param name="path">The file, in PyTorch's old or new format.</param>
    /// <param name="device">Where it listens; null for the CPU.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is another file, incomplete, damaged, or was trained on other spectrograms.</exception>
    public static Tagger Load(string path, Device? device = null)
    {
        using var scope = NewDisposeScope();
        MelConfig mel;
        Cnn14Config config;
        using (var shapes = new PublishedShapes(path, nameof(Cnn14Model), "PANNs"))
        {
            config = new()
            {
                Widths = [.. Enumerable.Range(1, shapes.Count("conv_block{0}.conv1.weight", first: 1))
                    .Select(i => shapes.Size($"conv_block{i}.conv1.weight"))],
                EmbedDim = shapes.Size("fc1.weight"),
                Classes = shapes.Size("fc_audioset.weight"),
                Mels = shapes.Size("bn0.weight"),
            };
            var window = (int?)shapes.ComputedShape("spectrogram_extractor.stft.conv_real.weight")?[^1] ?? MelConfig.Cnn14.FftLength;
            mel = MelConfig.Cnn14 with { MelBins = config.Mels, FftLength = window, WindowLength = window };
            FilterCheck.Same(shapes.Computed("logmel_extractor.melW"), mel, path, "It may be the Cnn14 for 32 kHz: name Cnn14_16k_mAP=0.438.pth");
        }
        return new(PublishedModule.Load(new Cnn14Model(config), path, device), new(mel));
    }
}

/// <summary>Compares the mel filters that a file keeps beside its weights with ours.</summary>
internal static class FilterCheck
{
    private const double Tolerance = 1e-4;

    /// <summary>Refuses a network that was trained on other spectrograms than it would be given.</summary>
    /// <param name="kept">[FftLength/2 + 1, F], from the file; null if it keeps none, and then nothing is checked.</param>
    /// <param name="mel">The geometry of ours.</param>
    /// <param name="path">The file.</param>
    /// <param name="advice">What to do.</param>
    /// <exception cref="InvalidDataException">They differ.</exception>
    public static void Same(Tensor? kept, MelConfig mel, string path, string advice)
    {
        if (kept is null) return;
        using var scope = NewDisposeScope();
        var ours = MelFilterbank.Build(mel).t();
        if (kept.shape.SequenceEqual(ours.shape) && (kept.to(float32) - ours).abs().max().item<float>() <= Tolerance) return;
        throw new InvalidDataException(FormattableString.Invariant(
            $"{path}: its mel filters are not those of {mel.SampleRate} Hz, {mel.FftLength} samples, {mel.MelBins} bands from {mel.MinFrequency} to {mel.MaxFrequency} Hz. {advice}."));
    }
}
