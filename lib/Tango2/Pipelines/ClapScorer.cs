using Tango2.Audio;
using Tango2.Metrics;
using Tango2.Models;
using Tango2.Text;

namespace Tango2.Pipelines;

/// <summary>How well clips fit prompts: cosines in the joint space of one CLAP model.</summary>
public sealed class ClapScorer
{
    private const int Batch = 64;

    private readonly UnreadEnds _unread;
    private readonly PromptTokenizer _tokenizer;
    private readonly ClapMel _mel;
    private readonly ClapFusionMel? _fusion;
    private readonly int _room; // frames that the image takes

    /// <summary>A model that listens.</summary>
    /// <param name="model">The network; its audio_cfg is the geometry of what it hears.</param>
    /// <param name="tokenizer">How texts are cut into tokens.</param>
    /// <param name="name">What tables and messages call it.</param>
    /// <exception cref="ArgumentException">More pieces, longer texts or longer clips come than the network takes.</exception>
    public ClapScorer(ClapModel model, PromptTokenizer tokenizer, string name)
    {
        var roberta = model.Config.Roberta;
        Fits.Within(
            tokenizer.VocabularySize, roberta.VocabSize, "the tokenizer's pieces", $"the vocab_size of CLAP {name}");
        Fits.Within(
            tokenizer.Length, roberta.MaxPositionEmbeddings - roberta.PadTokenId - 1, "the tokens of a text",
            $"the positions of CLAP {name}");
        var (image, heard) = (model.Config.Htsat.SpecSize, model.Config.AudioCfg);
        Fits.Within(
            heard.ClipSamples / heard.HopSize, image * (image / heard.MelBins), "the frames of a clip",
            $"those of CLAP {name}'s image");
        (Model, _tokenizer, _mel, Name) = (model, tokenizer, MelOf(model.Config.AudioCfg), name);
        _room = image * (image / heard.MelBins);
        if (model.Config.EnableFusion) _fusion = new(_mel.Config with { Scale = MelScale.Htk });
        _unread = new("CLAP's text encoder", tokenizer.Length);
    }

    /// <summary>The network.</summary>
    public ClapModel Model { get; }

    /// <summary>What tables and messages call it.</summary>
    public string Name { get; }

    /// <summary>Hz of the clips that it hears.</summary>
    public int SampleRate => _mel.Config.SampleRate;

    /// <summary>Which parts of a clip longer than the window are heard, where the reference draws one.</summary>
    public ClapCrops Crops { get; init; } = ClapCrops.Beginning;

    /// <summary>Whether clips of other rates are resampled as librosa's older versions do, by resampy; else as torchaudio does.</summary>
    internal bool ByKaiser { get; init; }

    /// <summary>The same model, hearing other parts of long clips.</summary>
    public ClapScorer With(ClapCrops crops) => new(Model, _tokenizer, Name) { Crops = crops, ByKaiser = ByKaiser };

    /// <summary>How much of a clip is heard at once, seconds.</summary>
    internal double WindowSeconds => (double)_mel.Config.ClipSamples / SampleRate;

    /// <summary>The front end of an audio_cfg.</summary>
    public static ClapMel MelOf(ClapAudioConfig audio) => new(new()
    {
        SampleRate = audio.SampleRate,
        FftLength = audio.WindowSize,
        WindowLength = audio.WindowSize,
        HopLength = audio.HopSize,
        MelBins = audio.MelBins,
        MinFrequency = audio.Fmin,
        MaxFrequency = audio.Fmax,
        ClipSamples = audio.ClipSamples,
    });

    /// <summary>Cosine of clip i and prompt i, each in [−1, 1].</summary>
    /// <param name="waveforms">[B, N].</param>
    /// <param name="prompts">B prompts.</param>
    /// <param name="sampleRate">The clips' rate, Hz; null where it is <see cref="SampleRate"/>. Others are resampled.</param>
    /// <exception cref="ArgumentException">There is not one prompt for each clip, or a clip has no finite score.</exception>
    public double[] Score(Tensor waveforms, IReadOnlyList<string> prompts, int? sampleRate = null)
    {
        Clips.CheckCount(waveforms, prompts.Count, "prompts");
        using var scope = NewDisposeScope();
        return Cosines(Audio(waveforms, sampleRate), prompts);
    }

    /// <summary>Cosine of embedding i and prompt i.</summary>
    /// <param name="audio">Unit vectors [B, D], as <see cref="Audio(Tensor, int?)"/> gives them.</param>
    /// <param name="prompts">B prompts.</param>
    public double[] Cosines(Tensor audio, IReadOnlyList<string> prompts)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        return ClapScore.Of(audio, Text(prompts), $"The scores by CLAP {Name}");
    }

    /// <summary>Unit vectors [B, D] of clips [B, N].</summary>
    /// <param name="waveforms">[B, N].</param>
    /// <param name="sampleRate">The clips' rate, Hz; null where it is <see cref="SampleRate"/>. Others are resampled.</param>
    /// <exception cref="ArgumentException">A clip is not finite; the message names it.</exception>
    public Tensor Audio(Tensor waveforms, int? sampleRate = null)
    {
        Clips.CheckFinite(waveforms);
        if (ByKaiser || _fusion is not null || Crops != ClapCrops.Beginning)
            return Clips.InBatches(waveforms, 1, one =>
                Audio(Waveform.FromTensor(one, sampleRate ?? SampleRate)).mean([0L], keepdim: true));
        return Clips.InBatches(
            waveforms, Batch, part => Model.AudioEmbedding(Mel(_mel.Prepare(Clips.At(part.to(Clips.DeviceOf(Model)), sampleRate, SampleRate)))));
    }

    /// <summary>Unit vectors [C, D] of the parts of one clip that are heard; of a clip within the window there is one.</summary>
    /// <param name="clip">Of any rate and length; float samples beyond [−1, 1] are clipped.</param>
    /// <param name="crops">Which parts of a long clip; null takes <see cref="Crops"/>.</param>
    /// <exception cref="ArgumentException">The clip is empty or not finite, or a given part is not in it.</exception>
    public Tensor Audio(Waveform clip, ClapCrops? crops = null)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var samples = Heard(clip).to(Clips.DeviceOf(Model));                      // [1, N]
        crops ??= Crops;
        if (_fusion is not null)
        {
            var ranges = _fusion.StartRanges(samples.shape[1]);
            var parts = crops.Starts(ranges).Select(starts => _fusion.Transform(samples, starts).Mel).ToArray();
            var longer = full(parts.Length, ranges.Count > 0, dtype: @bool, device: samples.device);
            return Model.AudioEmbedding(stack(parts), longer).MoveToOuterDisposeScope();
        }
        var window = _mel.Config.ClipSamples;
        var excess = samples.shape[1] - window;
        var heard = excess <= 0
            ? _mel.Prepare(samples)
            : cat([.. crops.Offsets(excess).Select(offset => ClapMel.Quantise(samples.narrow(1, offset, window)))]);
        return Model.AudioEmbedding(Mel(heard)).MoveToOuterDisposeScope();
    }

    /// <summary>How well one clip fits each of several prompts, with each part that was heard.</summary>
    /// <inheritdoc cref="Audio(Waveform, ClapCrops)"/>
    /// <param name="clip">Of any rate and length.</param>
    /// <param name="prompts">P prompts.</param>
    /// <param name="crops">Which parts of a long clip; null takes <see cref="Crops"/>.</param>
    /// <returns>P readings.</returns>
    public ClapReading[] Read(Waveform clip, IReadOnlyList<string> prompts, ClapCrops? crops = null)
    {
        using var noGrad = no_grad();
        using var text = Text(prompts);
        return Read(clip, text, crops);
    }

    /// <summary>The same with prompts that are embedded already, [P, D], for several clips.</summary>
    internal ClapReading[] Read(Waveform clip, Tensor text, ClapCrops? crops = null)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var cosines = Audio(clip, crops).matmul(text.t()).to(float64).cpu();           // [C, P]
        return [.. Enumerable.Range(0, (int)text.shape[0]).Select(i => new ClapReading([.. cosines.select(1, i).contiguous().data<double>()]))];
    }

    /// <summary>The samples that the network gets of a clip, before any part of it is taken: [1, N] at its rate.</summary>
    /// <param name="clip">Of any rate and length.</param>
    public Tensor Heard(Waveform clip)
    {
        Clips.CheckFinite(clip);
        return clip.SampleRate == SampleRate ? clip.ToTensor()
            : ByKaiser ? new Waveform(KaiserResampler.ResampleToCeiling(clip.Samples, clip.SampleRate, SampleRate), SampleRate).ToTensor()
            : Resampler.Resample(clip, SampleRate).ToTensor();
    }

    /// <summary>The tokens that the text encoder reads of texts, with their mask; [B, S] on the CPU.</summary>
    public TokenBatch Tokens(IReadOnlyList<string> texts) => _tokenizer.Batch(texts);

    /// <summary>Unit vectors [B, D] of texts.</summary>
    public Tensor Text(IReadOnlyList<string> texts)
    {
        _unread.Warn(texts, _tokenizer.ReadLength);
        using var scope = NewDisposeScope();
        var tokens = _tokenizer.Batch(texts).To(Clips.DeviceOf(Model));
        return Model.TextEmbedding(tokens.Ids, tokens.Mask).MoveToOuterDisposeScope();
    }

    /// <summary>The spectrograms [B, 1, T, F] that a model is trained on: whole frames of a clip, without the one at its end.</summary>
    /// <param name="mel">The front end, as <see cref="MelOf"/> makes it.</param>
    /// <param name="waveforms">[B, N].</param>
    public static Tensor Mel(ClapMel mel, Tensor waveforms)
    {
        using var scope = NewDisposeScope();
        var frames = mel.Config.ClipSamples / mel.Config.HopLength;
        return mel.Transform(mel.Prepare(waveforms)).narrow(2, 0, frames).MoveToOuterDisposeScope();
    }

    private Tensor Mel(Tensor heard)
    {
        var mel = _mel.Transform(heard);
        return mel.narrow(2, 0, Math.Min(mel.shape[2], _room));
    }
}
