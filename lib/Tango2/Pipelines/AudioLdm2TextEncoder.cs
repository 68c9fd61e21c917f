using Tango2.Models;
using Tango2.Text;

namespace Tango2.Pipelines;

/// <summary>Prompts to what AudioLDM 2's denoiser reads: CLAP and a text encoder, joined, and a language model after them.</summary>
internal sealed class AudioLdm2TextEncoder
{
    private readonly ClapModel _clap;
    private readonly PromptTokenizer _clapTokenizer, _tokenizer;
    private readonly T5EncoderModel _encoder;
    private readonly AudioLdm2Projection _projection;
    private readonly Gpt2Model _language;
    private readonly UnreadEnds _unread;

    /// <summary>Puts tokenizers and networks together.</summary>
    /// <exception cref="ArgumentException">They do not fit together; the message tells which and how.</exception>
    public AudioLdm2TextEncoder(
        ClapModel clap, PromptTokenizer clapTokenizer, T5EncoderModel encoder, PromptTokenizer tokenizer,
        AudioLdm2Projection projection, Gpt2Model language)
    {
        var (roberta, joined) = (clap.Config.Roberta, projection.Config);
        Fits.Same(clapTokenizer.VocabularySize, roberta.VocabSize, "the pieces of CLAP's tokenizer", "CLAP's vocab_size");
        Fits.Within(tokenizer.VocabularySize, encoder.Config.VocabSize, "the pieces of T5's tokenizer", "the text encoder's vocab_size");
        Fits.Within(
            clapTokenizer.Length, roberta.MaxPositionEmbeddings - roberta.PadTokenId - 1, "the tokens of a text", "CLAP's positions");
        Fits.Same(joined.TextEncoderDim, clap.Config.JointEmbedShape, "the projection's text_encoder_dim", "CLAP's projection_dim");
        Fits.Same(joined.TextEncoder1Dim, encoder.Config.DModel, "the projection's text_encoder_1_dim", "the text encoder's d_model");
        Fits.Same(joined.LanguageModelDim, language.Config.NEmbd, "the projection's langauge_model_dim", "the language model's n_embd");
        (_clap, _clapTokenizer, _encoder, _tokenizer) = (clap, clapTokenizer, encoder, tokenizer);
        (_projection, _language, _unread) = (projection, language, new("the text encoder", tokenizer.Length));
    }

    /// <summary>Width of the language model's states.</summary>
    public int GeneratedWidth => _language.Config.NEmbd;

    /// <summary>Width of the text encoder's states.</summary>
    public long TextWidth => _encoder.Config.DModel;

    /// <summary>Warns of prompts whose end is not read.</summary>
    public void WarnOfUnread(IReadOnlyList<string> prompts) => _unread.Warn(prompts, _tokenizer.ReadLength);

    /// <summary>Moves the networks, in place; they stay in float32.</summary>
    public void Move(Device device)
    {
        foreach (var network in (nn.Module[])[_clap, _encoder, _projection, _language]) network.Moved(device, float32);
    }

    /// <summary>CLAP's embeddings of texts, [B, D].</summary>
    public Tensor Clap(IReadOnlyList<string> texts)
    {
        using var scope = NewDisposeScope();
        using var tokens = _clapTokenizer.Batch(texts);
        return Clap(tokens).MoveToOuterDisposeScope();
    }

    /// <summary>All that is made of prompts.</summary>
    /// <param name="prompts">B prompts.</param>
    /// <param name="length">S; null takes the longest prompt's.</param>
    /// <param name="newTokens">States of the language model; null takes its configuration's.</param>
    public AudioLdm2Text Encode(IReadOnlyList<string> prompts, int? length, int? newTokens)
    {
        using var scope = NewDisposeScope();
        var heard = _clapTokenizer.Batch(prompts);
        var read = _tokenizer.Batch(prompts, length).To(_encoder.Device);
        var clap = Clap(heard);
        var states = _encoder.call(read.Ids, read.Mask);
        var (projected, mask) = _projection.call(clap, states, read.Mask);
        var generated = _language.Continue(projected, mask, newTokens ?? _language.Config.MaxNewTokens);
        return new AudioLdm2Text(heard.Ids, read.Ids, clap, projected, mask, generated, states, read.Mask).MoveToOuterDisposeScope();
    }

    // Padding changes nothing in the first token's state, so only as many columns are read as there are tokens.
    private Tensor Clap(TokenBatch tokens)
    {
        var longest = tokens.Mask.sum(1).max().item<long>();
        var device = _clap.Device;
        return _clap.TextEmbedding(tokens.Ids.narrow(1, 0, longest).to(device), tokens.Mask.narrow(1, 0, longest).to(device));
    }
}
