using TorchSharp.Modules;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace Tango2.Models;

/// <summary>Linear, GELU, linear; [B, S, D] to the same.</summary>
public sealed class SwinMlp : Module<Tensor, Tensor>
{
    private readonly Linear fc1, fc2;

    /// <summary>Builds the layer with random weights.</summary>
    public SwinMlp(int width, int hidden) : base(nameof(SwinMlp))
    {
        fc1 = Linear(width, hidden);
        fc2 = Linear(hidden, width);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        return fc2.call(gelu(fc1.call(x))).MoveToOuterDisposeScope();
    }
}
