// Keys and numerics of transformers' RobertaModel (v4.27.1), written from its architecture.
// Left out: decoding, cross-attention, token types other than 0.
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace Tango2.Models;

/// <summary>RoBERTa's encoder and pooler; ids and mask [B, S] to hidden states [B, S, D].</summary>
public sealed class RobertaModel : Module<Tensor, Tensor, Tensor>
{
    private readonly RobertaEmbeddings embeddings;
    private readonly RobertaEncoder encoder;
    private readonly RobertaDense pooler;

    /// <summary>Builds the network with random weights.</summary>
    public RobertaModel(RobertaConfig config) : base(nameof(RobertaModel))
    {
        embeddings = new(config);
        encoder = new(config);
        pooler = new(config.HiddenSize, config.HiddenSize, tanh);
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

    /// <inheritdoc/>
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
