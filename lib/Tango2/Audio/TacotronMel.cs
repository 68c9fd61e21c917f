// Numerics of TacotronSTFT in the paper's code (audioldm/audio/stft.py), written from its definition.
namespace Tango2.Audio;

/// <summary>The log-mel that Tango 2's autoencoder was trained on.</summary>
public sealed class TacotronMel
{
    private readonly MelSpectrogram _spectrogram;

    /// <summary>Computes the window and the filters.</summary>
    public TacotronMel(MelConfig config) => _spectrogram = new(config);

    /// <summary>The geometry.</summary>
    public MelConfig Config => _spectrogram.Config;

    /// <summary>ln(max(mel(|STFT|), 1e−5)): [B, N] to [B, 1, T, F], differentiable.</summary>
    /// <remarks>The filters gather magnitudes, not powers.</remarks>
    /// <param name="waveform">[B, N], samples in [−1, 1].</param>
    /// <param name="targetLength">
    /// T. Further frames are dropped, missing ones are zeros, as in the paper's code, although silence is ln(1e−5); and
    /// an odd number of bins loses the last one. Without it T is 1 + N/hop; with <see cref="MelConfig.ClipFrames"/>
    /// only the last frame of a clip is dropped.
    /// </param>
    public Tensor Transform(Tensor waveform, long? targetLength = null)
    {
        using var scope = NewDisposeScope();
        var mel = _spectrogram.Gather(_spectrogram.Magnitude(waveform)).clamp_min(1e-5).log(); // [B, 1, T, F]
        if (targetLength is { } length)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length, nameof(targetLength));
            mel = nn.functional.pad(mel, [0, -(mel.shape[3] % 2), 0, length - mel.shape[2]]); // A negative padding crops.
        }
        return mel.MoveToOuterDisposeScope();
    }
}
