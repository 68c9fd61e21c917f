// Keys and numerics of diffusers' GEGLU (v0.18.2), written from its architecture.
using TorchSharp.Modules;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace Tango2.Models;

/// <summary>value · gelu(gate), both from one linear layer; [B, N, C] to [B, N, C'].</summary>
public sealed class Geglu : Module<Tensor, Tensor>
{
    private readonly Linear proj;

    /// <summary>Builds the layer with random weights.</summary>
    public Geglu(int channels, int outChannels) : base(nameof(Geglu))
    {
        proj = Linear(channels, 2 * outChannels);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var halves = proj.call(x).chunk(2, dim: -1);
        return (halves[0] * gelu(halves[1])).MoveToOuterDisposeScope();
    }
}
