// Keys and numerics of transformers' RobertaModel (v4.27.1), written from its architecture.
// Left out: decoding, cross-attention, token types other than 0.
using TorchSharp.Modules;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace Tango2.Models;

/// <summary>RoBERTa's encoder and pooler; ids and mask [B, S] to hidden states [B, S, D].</summary>
internal sealed class RobertaModel : Module<Tensor, Tensor, Tensor>
{
    private readonly RobertaEmbeddings embeddings;
    private readonly RobertaEncoder encoder;
    private readonly RobertaDense pooler;

    public RobertaModel(RobertaConfig config) : base(nameof(RobertaModel))
    {
        embeddings = new(config);
        encoder = new(config);
        pooler = new(config.HiddenSize, config.HiddenSize, torch.tanh);
        RegisterComponents();
        using var quiet = no_grad();
        foreach (var linear in modules().OfType<Linear>())
        {
            init.normal_(linear.weight, 0, config.InitializerRange);
            init.zeros_(linear.bias!);
        }
        foreach (var (name, table) in named_parameters().Where(p => p.name.EndsWith("embeddings.weight", StringComparison.Ordinal)))
        {
            init.normal_(table, 0, config.InitializerRange);
            if (!name.Contains("token_type", StringComparison.Ordinal)) table[config.PadTokenId].zero_().Dispose();
        }
    }

    public override Tensor forward(Tensor ids, Tensor mask)
    {
        using var scope = NewDisposeScope();
        var x = embeddings.call(ids);
        var lowest = finfo(x.dtype).min;
        var bias = ((1 - mask.to(x.dtype)) * lowest).unsqueeze(1).unsqueeze(1);   // [B, 1, 1, S]
        return encoder.call(x, bias).MoveToOuterDisposeScope();
    }

    /// <summary>tanh of a linear layer on the first token: [B, S, D] to [B, D].</summary>
    /// <param name="hiddenStates">What <see cref="forward"/> returned.</param>
    public Tensor Pool(Tensor hiddenStates)
    {
        using var scope = NewDisposeScope();
        return pooler.call(hiddenStates.select(1, 0)).MoveToOuterDisposeScope();
    }
}

/// <summary>Token, position and type embeddings, added and normalised; ids [B, S] to [B, S, D].</summary>
internal sealed class RobertaEmbeddings : Module<Tensor, Tensor>
{
    private readonly Embedding word_embeddings, position_embeddings, token_type_embeddings;
    private readonly LayerNorm LayerNorm;
    private readonly Dropout _dropout;
    private readonly int _pad;

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

/// <summary>RoBERTa's layers, one after another.</summary>
internal sealed class RobertaEncoder : Module<Tensor, Tensor, Tensor>
{
    private readonly ModuleList<RobertaLayer> layer;

    public RobertaEncoder(RobertaConfig config) : base(nameof(RobertaEncoder))
    {
        layer = new([.. Enumerable.Range(0, config.NumHiddenLayers).Select(_ => new RobertaLayer(config))]);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, Tensor bias)
    {
        using var scope = NewDisposeScope();
        foreach (var each in layer) x = each.call(x, bias);
        return x.MoveToOuterDisposeScope();
    }
}

/// <summary>Attention, then a feed-forward part; each is normalised after its residual.</summary>
internal sealed class RobertaLayer : Module<Tensor, Tensor, Tensor>
{
    private readonly RobertaAttention attention;
    private readonly RobertaDense intermediate;
    private readonly RobertaOutput output;

    public RobertaLayer(RobertaConfig config) : base(nameof(RobertaLayer))
    {
        attention = new(config);
        intermediate = new(config.HiddenSize, config.IntermediateSize, x => gelu(x));
        output = new(config.IntermediateSize, config);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, Tensor bias)
    {
        using var scope = NewDisposeScope();
        var h = attention.call(x, bias);
        return output.call(intermediate.call(h), h).MoveToOuterDisposeScope();
    }
}

/// <summary>Self-attention with its output layer.</summary>
internal sealed class RobertaAttention : Module<Tensor, Tensor, Tensor>
{
    private readonly RobertaSelfAttention self;
    private readonly RobertaOutput output;

    public RobertaAttention(RobertaConfig config) : base(nameof(RobertaAttention))
    {
        self = new(config);
        output = new(config.HiddenSize, config);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, Tensor bias)
    {
        using var scope = NewDisposeScope();
        return output.call(self.call(x, bias), x).MoveToOuterDisposeScope();
    }
}

/// <summary>Multi-head attention of a sequence with itself; [B, S, D] to the same.</summary>
internal sealed class RobertaSelfAttention : Module<Tensor, Tensor, Tensor>
{
    private readonly Linear query, key, value;
    private readonly int _heads;
    private readonly double _dropout;

    public RobertaSelfAttention(RobertaConfig config) : base(nameof(RobertaSelfAttention))
    {
        (_heads, _dropout) = (config.NumAttentionHeads, config.AttentionProbsDropoutProb);
        query = Linear(config.HiddenSize, config.HiddenSize);
        key = Linear(config.HiddenSize, config.HiddenSize);
        value = Linear(config.HiddenSize, config.HiddenSize);
        RegisterComponents();
    }

    /// <summary>Attends; bias is [B, 1, 1, S], added to the scores.</summary>
    public override Tensor forward(Tensor x, Tensor bias)
    {
        using var scope = NewDisposeScope();
        Tensor Heads(Linear layer) => layer.call(x).view(x.shape[0], x.shape[1], _heads, -1).transpose(1, 2);
        var y = scaled_dot_product_attention(
            Heads(query), Heads(key), Heads(value), bias, p: training ? _dropout : 0);
        return y.transpose(1, 2).reshape(x.shape).MoveToOuterDisposeScope();
    }
}

/// <summary>Linear, added to the residual and normalised.</summary>
internal sealed class RobertaOutput : Module<Tensor, Tensor, Tensor>
{
    private readonly Linear dense;
    private readonly LayerNorm LayerNorm;
    private readonly Dropout _dropout;

    /// <param name="width">Width of what comes in.</param>
    /// <param name="config">Sizes.</param>
    public RobertaOutput(int width, RobertaConfig config) : base(nameof(RobertaOutput))
    {
        dense = Linear(width, config.HiddenSize);
        LayerNorm = LayerNorm(config.HiddenSize, config.LayerNormEps);
        _dropout = Dropout(config.HiddenDropoutProb);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, Tensor residual)
    {
        using var scope = NewDisposeScope();
        return LayerNorm.call(_dropout.call(dense.call(x)) + residual).MoveToOuterDisposeScope();
    }
}

/// <summary>A linear layer under the key "dense", as RoBERTa's intermediate layer and pooler have.</summary>
internal sealed class RobertaDense : Module<Tensor, Tensor>
{
    private readonly Linear dense;
    private readonly Func<Tensor, Tensor> _activation;

    /// <param name="width">Width of what comes in.</param>
    /// <param name="outWidth">Width of what goes out.</param>
    /// <param name="activation">Applied to the result.</param>
    public RobertaDense(int width, int outWidth, Func<Tensor, Tensor> activation) : base(nameof(RobertaDense))
    {
        dense = Linear(width, outWidth);
        _activation = activation;
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        return _activation(dense.call(x)).MoveToOuterDisposeScope();
    }
}
