using Tango2.Files;

namespace Tango2.Audio;

/// <summary>The geometry of a mel front end.</summary>
public sealed record MelConfig
{
    private const int TangoFrames = 1024;

    /// <summary>Hz.</summary>
    public required int SampleRate { get; init; }

    /// <summary>Samples of one Fourier transform.</summary>
    public required int FftLength { get; init; }

    /// <summary>Samples of the Hann window; at most <see cref="FftLength"/>.</summary>
    public required int WindowLength { get; init; }

    /// <summary>Samples from one frame to the next.</summary>
    public required int HopLength { get; init; }

    /// <summary>Mel bins, F.</summary>
    public required int MelBins { get; init; }

    /// <summary>The lowest filter's lower edge, in Hz.</summary>
    public required double MinFrequency { get; init; }

    /// <summary>The highest filter's upper edge, in Hz.</summary>
    public required double MaxFrequency { get; init; }

    /// <summary>Samples of one clip: longest for Tango and CLAP, shortest for Cnn14.</summary>
    public required int ClipSamples { get; init; }

    /// <summary>The kind of filter bank.</summary>
    internal MelScale Scale { get; init; } = MelScale.Slaney;

    /// <summary>Frames of one clip, without the last one, which the reference drops.</summary>
    public int ClipFrames => ClipSamples / HopLength;

    /// <summary>The paper's: 64 bins, 1,024 frames of 10 ms.</summary>
    public static MelConfig Tango2 { get; } = new()
    {
        SampleRate = 16_000,
        FftLength = 1024,
        WindowLength = 1024,
        HopLength = 160,
        MelBins = 64,
        MinFrequency = 0,
        MaxFrequency = 8000,
        ClipSamples = 163_840,
    };

    /// <summary>LAION CLAP's, without fusion.</summary>
    public static MelConfig Clap { get; } = new()
    {
        SampleRate = 48_000,
        FftLength = 1024,
        WindowLength = 1024,
        HopLength = 480,
        MelBins = 64,
        MinFrequency = 50,
        MaxFrequency = 14_000,
        ClipSamples = 480_000,
    };

    /// <summary>LAION CLAP's with fusion: as <see cref="Clap"/>, but with the HTK filters.</summary>
    public static MelConfig ClapFusion { get; } = Clap with { Scale = MelScale.Htk };

    /// <summary>VGGish's; a clip is one example of 96 frames. <see cref="VggishMel"/> has its own filters.</summary>
    public static MelConfig Vggish { get; } = new()
    {
        SampleRate = 16_000,
        FftLength = 512,
        WindowLength = 400,
        HopLength = 160,
        MelBins = 64,
        MinFrequency = 125,
        MaxFrequency = 7500,
        ClipSamples = 15_360,
    };

    /// <summary>The 16 kHz Cnn14 that the evaluation uses.</summary>
    public static MelConfig Cnn14 { get; } = new()
    {
        SampleRate = 16_000,
        FftLength = 512,
        WindowLength = 512,
        HopLength = 160,
        MelBins = 64,
        MinFrequency = 50,
        MaxFrequency = 8000,
        ClipSamples = 32_000,
    };

    /// <summary>Reads the text of Tango's stft_config.json; a clip is 1,024 frames, as in the paper's code.</summary>
    /// <exception cref="InvalidDataException">The text is not such a configuration; unknown keys are refused.</exception>
    public static MelConfig FromJson(string json)
    {
        var stft = ConfigJson.Read<Stft>(json, "a mel front end (stft_config.json)", Checked);
        return new()
        {
            SampleRate = stft.SamplingRate,
            FftLength = stft.FilterLength,
            WindowLength = stft.WinLength,
            HopLength = stft.HopLength,
            MelBins = stft.NMelChannels,
            MinFrequency = stft.MelFmin,
            MaxFrequency = stft.MelFmax,
            ClipSamples = TangoFrames * stft.HopLength,
        };
    }

    private static Stft Checked(Stft stft)
    {
        if (stft.SamplingRate is < Waveform.LowestRate or > Waveform.HighestRate)
            throw new ArgumentException(
                $"sampling_rate must be {Waveform.LowestRate} to {Waveform.HighestRate} Hz, but is {stft.SamplingRate} Hz.");
        if (stft.FilterLength < 2 || stft.WinLength < 1 || stft.WinLength > stft.FilterLength
            || stft.HopLength is < 1 or > int.MaxValue / TangoFrames || stft.NMelChannels < 1)
            throw new ArgumentException(
                "filter_length must be 2 or more, win_length 1 to filter_length, hop_length and n_mel_channels 1 or more, but are "
                + $"{stft.FilterLength}, {stft.WinLength}, {stft.HopLength} and {stft.NMelChannels}.");
        return stft;
    }

    private sealed record Stft(
        int FilterLength, int HopLength, int WinLength, int NMelChannels, int SamplingRate, double MelFmin, double MelFmax);
}

/// <summary>The kinds of mel filter banks.</summary>
internal enum MelScale
{
    /// <summary>Linear below 1 kHz, logarithmic above; each filter has the same area. librosa's default.</summary>
    Slaney,

    /// <summary>2595·log10(1 + f/700); each filter has the same peak. torchaudio's default.</summary>
    Htk,
}
