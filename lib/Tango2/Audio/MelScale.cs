namespace Tango2.Audio;

/// <summary>The kinds of mel filter banks.</summary>
public enum MelScale
{
    /// <summary>Linear below 1 kHz, logarithmic above; each filter has the same area. librosa's default.</summary>
    Slaney,

    /// <summary>2595·log10(1 + f/700); each filter has the same peak. torchaudio's default.</summary>
    Htk,
}
