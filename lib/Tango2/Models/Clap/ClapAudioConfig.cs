namespace Tango2.Models;

/// <summary>What the audio branch of CLAP listens to: the audio_cfg of a LAION-CLAP configuration.</summary>
public sealed record ClapAudioConfig
{
    /// <summary>Frames of a clip, rounded up to what the image takes.</summary>
    public int AudioLength { get; init; } = 1024;

    /// <summary>Samples of a clip.</summary>
    public required int ClipSamples { get; init; }

    /// <summary>Mel bands F of the log-mel spectrogram.</summary>
    public required int MelBins { get; init; }

    /// <summary>Sample rate, Hz.</summary>
    public required int SampleRate { get; init; }

    /// <summary>Length of the Hann window and of the transform, samples.</summary>
    public int WindowSize { get; init; } = 1024;

    /// <summary>Distance between frames, samples.</summary>
    public required int HopSize { get; init; }

    /// <summary>Lower edge of the first mel band, Hz.</summary>
    public double Fmin { get; init; } = 50;

    /// <summary>Upper edge of the last mel band, Hz.</summary>
    public required double Fmax { get; init; }

    /// <summary>Classes of the sound event head.</summary>
    public int ClassNum { get; init; } = 527;

    /// <summary>The audio network; only "HTSAT" is known.</summary>
    public string ModelType { get; init; } = "HTSAT";

    /// <summary>The audio network's size, as LAION names it.</summary>
    public string ModelName { get; init; } = "tiny";
}
