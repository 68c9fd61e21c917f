namespace Tango2.Models;

/// <summary>x + attention(norm(x)); [B, S, D] to [B, S, D].</summary>
public sealed class T5LayerSelfAttention : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly T5Attention SelfAttention;
    private readonly T5LayerNorm layer_norm;
    private readonly double dropout;

    /// <summary>Builds the layer with random weights.</summary>
    public T5LayerSelfAttention(T5Config config, bool hasRelativeAttentionBias, Device? device = null)
        : base(nameof(T5LayerSelfAttention))
    {
        SelfAttention = new T5Attention(config, hasRelativeAttentionBias, device);
        layer_norm = new T5LayerNorm(config.DModel, config.LayerNormEpsilon, device);
        dropout = config.DropoutRate;
        RegisterComponents();
    }

    /// <summary>The attention inside.</summary>
    public T5Attention Attention => SelfAttention;

    /// <summary>Attends with <paramref name="bias"/> [1 or B, H, S, S] added to the scores.</summary>
    public override Tensor forward(Tensor x, Tensor bias)
    {
        using var scope = NewDisposeScope();
        var attended = SelfAttention.call(layer_norm.call(x), bias); // [B, S, D]
        return (x + nn.functional.dropout(attended, dropout, training)).MoveToOuterDisposeScope();
    }
}
