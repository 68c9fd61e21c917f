using TorchSharp.Modules;

namespace Tango2.Models;

/// <summary>wo(gelu(wi_0(x)) · wi_1(x)), with the tanh form of gelu; [B, S, D] to [B, S, D].</summary>
public sealed class T5DenseGatedActDense : nn.Module<Tensor, Tensor>
{
    private readonly Linear wi_0, wi_1, wo;
    private readonly T5Config config;

    /// <summary>Builds the three layers with random weights, without biases.</summary>
    public T5DenseGatedActDense(T5Config config, Device? device = null) : base(nameof(T5DenseGatedActDense))
    {
        this.config = config;
        wi_0 = nn.Linear(config.DModel, config.DFf, hasBias: false, device: device);
        wi_1 = nn.Linear(config.DModel, config.DFf, hasBias: false, device: device);
        wo = nn.Linear(config.DFf, config.DModel, hasBias: false, device: device);
        RegisterComponents();
    }

    /// <summary>x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))).</summary>
    public static Tensor NewGelu(Tensor x)
    {
        using var scope = NewDisposeScope();
        return (0.5 * x * (1.0 + tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x.pow(3))))).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var hidden = NewGelu(wi_0.call(x)) * wi_1.call(x); // [B, S, D_ff]
        hidden = nn.functional.dropout(hidden, config.DropoutRate, training);
        return wo.call(hidden).MoveToOuterDisposeScope();
    }

    internal void Initialise(Generator? generator)
    {
        wi_0.weight!.normal_(0, Math.Pow(config.DModel, -0.5), generator);
        wi_1.weight!.normal_(0, Math.Pow(config.DModel, -0.5), generator);
        wo.weight!.normal_(0, Math.Pow(config.DFf, -0.5), generator);
    }
}
