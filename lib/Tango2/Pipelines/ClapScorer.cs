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
        _unread = new("CLAP's text encoder", tokenizer.Length);
    }

    /// <summary>The network.</summary>
    public ClapModel Model { get; }

    /// <summary>What tables and messages call it.</summary>
    public string Name { get; }

    /// <summary>Hz of the clips that it hears.</summary>
    public int SampleRate => _mel.Config.SampleRate;

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
    /// <param name="audio">Unit vectors [B, D], as <see cref="Audio"/> gives them.</param>
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
        return Clips.InBatches(
            waveforms, Batch, part => Model.AudioEmbedding(Mel(_mel, Clips.At(part, sampleRate, SampleRate))));
    }

    /// <summary>Unit vectors [B, D] of texts.</summary>
    public Tensor Text(IReadOnlyList<string> texts)
    {
        _unread.Warn(texts, _tokenizer.ReadLength);
        using var scope = NewDisposeScope();
        using var tokens = _tokenizer.Batch(texts);
        return Model.TextEmbedding(tokens.Ids, tokens.Mask).MoveToOuterDisposeScope();
    }

    /// <summary>The spectrograms [B, 1, T, F] that a model sees: the first frames that its image has room for.</summary>
    /// <param name="mel">The front end, as <see cref="MelOf"/> makes it.</param>
    /// <param name="waveforms">[B, N].</param>
    public static Tensor Mel(ClapMel mel, Tensor waveforms)
    {
        using var scope = NewDisposeScope();
        var frames = mel.Config.ClipSamples / mel.Config.HopLength;
        return mel.Transform(mel.Prepare(waveforms)).narrow(2, 0, frames).MoveToOuterDisposeScope();
    }
}
