using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace Tango2.Models;

/// <summary>Linear, added to the residual and normalised.</summary>
public sealed class RobertaOutput : Module<Tensor, Tensor, Tensor>
{
    private readonly Linear dense;
    private readonly LayerNorm LayerNorm;
    private readonly Dropout _dropout;

    /// <summary>Builds the layer with random weights.</summary>
    /// <param name="width">Width of what comes in.</param>
    /// <param name="config">Sizes.</param>
    public RobertaOutput(int width, RobertaConfig config) : base(nameof(RobertaOutput))
    {
        dense = Linear(width, config.HiddenSize);
        LayerNorm = LayerNorm(config.HiddenSize, config.LayerNormEps);
        _dropout = Dropout(config.HiddenDropoutProb);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x, Tensor residual)
    {
        using var scope = NewDisposeScope();
        return LayerNorm.call(_dropout.call(dense.call(x)) + residual).MoveToOuterDisposeScope();
    }
}
