using TorchSharp.Modules;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace Tango2.Models;

/// <summary>Multi-head attention of a sequence with itself; [B, S, D] to the same.</summary>
public sealed class RobertaSelfAttention : Module<Tensor, Tensor, Tensor>
{
    private readonly Linear query, key, value;
    private readonly int _heads;
    private readonly double _dropout;

    /// <summary>Builds the layer with random weights.</summary>
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
