namespace Tango2.Models;

/// <summary>x + feedforward(norm(x)); [B, S, D] to [B, S, D].</summary>
public sealed class T5LayerFF : nn.Module<Tensor, Tensor>
{
    private readonly T5DenseGatedActDense DenseReluDense;
    private readonly T5LayerNorm layer_norm;
    private readonly double dropout;

    /// <summary>Builds the layer with random weights.</summary>
    public T5LayerFF(T5Config config, Device? device = null) : base(nameof(T5LayerFF))
    {
        DenseReluDense = new T5DenseGatedActDense(config, device);
        layer_norm = new T5LayerNorm(config.DModel, config.LayerNormEpsilon, device);
        dropout = config.DropoutRate;
        RegisterComponents();
    }

    /// <summary>The two gated layers inside.</summary>
    public T5DenseGatedActDense Dense => DenseReluDense;

    /// <inheritdoc/>
    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var hidden = DenseReluDense.call(layer_norm.call(x)); // [B, S, D]
        return (x + nn.functional.dropout(hidden, dropout, training)).MoveToOuterDisposeScope();
    }
}
