using Tango2.Audio;
using Tango2.Metrics;
using Tango2.Models;
using Tango2.Text;

namespace Tango2.Pipelines;

/// <summary>How well clips fit prompts: cosines in the joint space of one CLAP model.</summary>
public sealed class ClapScorer
{
    /// <summary>Tokens that a CLAP text branch sees at most.</summary>
    public const int TextLength = 48;

    private static readonly UnreadEnds Unread = new("CLAP's text encoder", TextLength);
    private readonly ByteLevelBpeTokenizer _tokenizer;
    private readonly ClapMel _mel;

    /// <summary>Loads a model.</summary>
    /// <param name="models">The weights.</param>
    /// <param name="name">"a", "b" or "judge".</param>
    public ClapScorer(ModelStore models, string name) : this(models.Clap(name), models.ClapTokenizer(), name) { }

    internal ClapScorer(ClapModel model, ByteLevelBpeTokenizer tokenizer, string name) =>
        (Model, _tokenizer, _mel, Name) = (model, tokenizer, ModelStore.ClapMel(name), name);

    /// <summary>The network.</summary>
    public ClapModel Model { get; }

    /// <summary>Its name: "a", "b" or "judge".</summary>
    public string Name { get; }

    /// <summary>Cosine of clip i and prompt i, each in [−1, 1].</summary>
    /// <param name="waveforms">[B, N] at 16 kHz.</param>
    /// <param name="prompts">B prompts.</param>
    /// <exception cref="ArgumentException">There is not one prompt for each clip, or a clip has no finite score.</exception>
    public double[] Score(Tensor waveforms, IReadOnlyList<string> prompts)
    {
        Clips.CheckCount(waveforms, prompts.Count, "prompts");
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        return Cosines(Audio(waveforms), prompts);
    }

    /// <summary>Cosine of embedding i and prompt i.</summary>
    /// <param name="audio">Unit vectors [B, D], as <see cref="Audio"/> gives them.</param>
    /// <param name="prompts">B prompts.</param>
    internal double[] Cosines(Tensor audio, IReadOnlyList<string> prompts)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        return ClapScore.Of(audio, Text(prompts), $"The scores by CLAP {Name}");
    }

    /// <summary>Unit vectors [B, D] of clips [B, N].</summary>
    /// <exception cref="ArgumentException">A clip is not finite; the message names it.</exception>
    public Tensor Audio(Tensor waveforms)
    {
        Clips.CheckFinite(waveforms);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        return cat([.. waveforms.split(64).Select(part => Model.AudioEmbedding(Mel(part)))]).MoveToOuterDisposeScope();
    }

    /// <summary>Unit vectors [B, D] of texts.</summary>
    public Tensor Text(IReadOnlyList<string> texts)
    {
        Unread.Warn(texts, text => _tokenizer.ReadLength(text.ToLowerInvariant(), TextLength));
        using var scope = NewDisposeScope();
        using var tokens = Tokens(_tokenizer, texts);
        return Model.TextEmbedding(tokens.Ids, tokens.Mask).MoveToOuterDisposeScope();
    }

    /// <summary>The spectrograms [B, 1, T, F] that the model sees: the first frames that its image has room for.</summary>
    public Tensor Mel(Tensor waveforms) => Mel(_mel, waveforms);

    internal static Tensor Mel(ClapMel mel, Tensor waveforms)
    {
        using var scope = NewDisposeScope();
        var frames = mel.Config.ClipSamples / mel.Config.HopLength;
        return mel.Transform(mel.Prepare(waveforms)).narrow(2, 0, frames).MoveToOuterDisposeScope();
    }

    internal static TokenBatch Tokens(ByteLevelBpeTokenizer tokenizer, IReadOnlyList<string> texts) =>
        tokenizer.Batch([.. texts.Select(t => t.ToLowerInvariant())], null, TextLength);
}
