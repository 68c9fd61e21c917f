using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace Tango2.Models;

/// <summary>A linear layer under the key "dense", as RoBERTa's intermediate layer and pooler have.</summary>
public sealed class RobertaDense : Module<Tensor, Tensor>
{
    private readonly Linear dense;
    private readonly Func<Tensor, Tensor> _activation;

    /// <summary>Builds the layer with random weights.</summary>
    /// <param name="width">Width of what comes in.</param>
    /// <param name="outWidth">Width of what goes out.</param>
    /// <param name="activation">Applied to the result.</param>
    public RobertaDense(int width, int outWidth, Func<Tensor, Tensor> activation) : base(nameof(RobertaDense))
    {
        dense = Linear(width, outWidth);
        _activation = activation;
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        return _activation(dense.call(x)).MoveToOuterDisposeScope();
    }
}
