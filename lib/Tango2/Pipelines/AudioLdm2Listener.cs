// Numerics of transformers' ClapFeatureExtractor (v4.27.1, rand_trunc, repeatpad) and of librosa's resampling before it,
// written from their definitions.
using Tango2.Audio;
using Tango2.Models;
using Tango2.Tensors;

namespace Tango2.Pipelines;

/// <summary>CLAP as transformers' feature extractor feeds it: without LAION's rounding to 16 bits, and with a clip's last frame.</summary>
internal sealed class AudioLdm2Listener
{
    private readonly ClapModel _clap;
    private readonly MelConfig _mel;

    /// <summary>Puts network and front end together.</summary>
    /// <exception cref="ArgumentException">They do not fit together; the message tells how.</exception>
    public AudioLdm2Listener(ClapModel clap, MelConfig mel)
    {
        Fits.Same(mel.MelBins, clap.Config.AudioCfg.MelBins, "the feature extractor's feature_size", "CLAP's num_mel_bins");
        (_clap, _mel) = (clap, mel);
    }

    /// <summary>The log-mel [B, 1, T, F], in decibels, of clips at CLAP's rate and of its window's length.</summary>
    /// <remarks>A shorter clip is repeated as often as it fits whole, then zeros follow; of a longer one the beginning is taken.</remarks>
    /// <param name="waveforms">[B, N].</param>
    /// <param name="sampleRate">Their rate, Hz.</param>
    public Tensor Mel(Tensor waveforms, int sampleRate)
    {
        Shape.Check(waveforms, "B, N");
        using var scope = NewDisposeScope();
        var clips = waveforms.to(float32).cpu();
        var resampled = stack([.. Enumerable.Range(0, (int)clips.shape[0]).Select(i => tensor(KaiserResampler.ResampleToCeiling(
            clips[i].contiguous().data<float>().ToArray(), sampleRate, _mel.SampleRate), device: CPU))]);
        var repeated = resampled.repeat([1, Math.Max(1, _mel.ClipSamples / resampled.shape[1])]);
        var whole = nn.functional.pad(repeated, [0, _mel.ClipSamples - repeated.shape[1]]); // negative crops
        return Decibels(whole).to(waveforms.device).MoveToOuterDisposeScope();
    }

    // In double precision, as there: in single the quiet bins of a loud clip would be rounding.
    private Tensor Decibels(Tensor clips)
    {
        using var scope = NewDisposeScope();
        var window = hann_window(_mel.WindowLength, periodic: true, dtype: float64, device: clips.device);
        var power = stft(clips.to(float64), _mel.FftLength, _mel.HopLength, _mel.WindowLength, window,
            center: true, pad_mode: PaddingModes.Reflect, onesided: true, return_complex: true).abs().square(); // [B, bins, T]
        var mel = matmul(power.transpose(1, 2), MelFilterbank.Build(_mel).t().to(float64)).unsqueeze(1);
        return (10 * mel.clamp_min(1e-10).log10()).to(float32).MoveToOuterDisposeScope();
    }

    /// <summary>Cosines times the learned factor, [B, n].</summary>
    /// <param name="texts">CLAP's embeddings of texts, [B, D].</param>
    /// <param name="logMel">What <see cref="Mel"/> gives of n clips.</param>
    public Tensor LogitsPerText(Tensor texts, Tensor logMel)
    {
        using var scope = NewDisposeScope();
        var audio = Clips.InBatches(logMel.flatten(1), batch: 8, part => _clap.AudioEmbedding(part.reshape([-1, .. logMel.shape[1..]]).to(_clap.Device)));
        return (texts.matmul(audio.t()) * _clap.LogitScaleT).MoveToOuterDisposeScope();
    }
}
