using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace Tango2.Models;

/// <summary>Token, position and type embeddings, added and normalised; ids [B, S] to [B, S, D].</summary>
public sealed class RobertaEmbeddings : Module<Tensor, Tensor>
{
    private readonly Embedding word_embeddings, position_embeddings, token_type_embeddings;
    private readonly LayerNorm LayerNorm;
    private readonly Dropout _dropout;
    private readonly int _pad;

    /// <summary>Builds the layer with random weights.</summary>
    public RobertaEmbeddings(RobertaConfig config) : base(nameof(RobertaEmbeddings))
    {
        _pad = config.PadTokenId;
        word_embeddings = Embedding(config.VocabSize, config.HiddenSize, padding_idx: _pad);
        position_embeddings = Embedding(config.MaxPositionEmbeddings, config.HiddenSize, padding_idx: _pad);
        token_type_embeddings = Embedding(config.TypeVocabSize, config.HiddenSize);
        LayerNorm = LayerNorm(config.HiddenSize, config.LayerNormEps);
        _dropout = Dropout(config.HiddenDropoutProb);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor ids)
    {
        using var scope = NewDisposeScope();
        var isToken = ids.ne(_pad).to(int64);
        var positions = isToken.cumsum(1) * isToken + _pad;      // tokens count up from pad + 1, padding stays at pad
        var x = word_embeddings.call(ids) + position_embeddings.call(positions)
            + token_type_embeddings.call(zeros_like(ids));
        return _dropout.call(LayerNorm.call(x)).MoveToOuterDisposeScope();
    }
}
