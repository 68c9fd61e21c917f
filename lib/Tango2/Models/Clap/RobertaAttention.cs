using static TorchSharp.torch.nn;

namespace Tango2.Models;

/// <summary>Self-attention with its output layer.</summary>
public sealed class RobertaAttention : Module<Tensor, Tensor, Tensor>
{
    private readonly RobertaSelfAttention self;
    private readonly RobertaOutput output;

    /// <summary>Builds the layer with random weights.</summary>
    public RobertaAttention(RobertaConfig config) : base(nameof(RobertaAttention))
    {
        self = new(config);
        output = new(config.HiddenSize, config);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x, Tensor bias)
    {
        using var scope = NewDisposeScope();
        return output.call(self.call(x, bias), x).MoveToOuterDisposeScope();
    }
}
