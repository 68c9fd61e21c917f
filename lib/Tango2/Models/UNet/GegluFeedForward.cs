// Keys and numerics of diffusers' FeedForward with GEGLU (v0.18.2), written from their architecture.
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace Tango2.Models;

/// <summary>A gated layer four times as wide, and back; [B, N, C] to [B, N, C].</summary>
public sealed class GegluFeedForward : Module<Tensor, Tensor>
{
    private readonly ModuleList<Module<Tensor, Tensor>> net;

    /// <summary>Builds the layers with random weights.</summary>
    public GegluFeedForward(int channels) : base(nameof(GegluFeedForward))
    {
        // The reference has a dropout of 0 in second place, which the checkpoint's numbering remembers.
        net = ModuleList<Module<Tensor, Tensor>>(
            new Geglu(channels, 4 * channels), Identity(), Linear(4 * channels, channels));
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        return net[2].call(net[0].call(x)).MoveToOuterDisposeScope();
    }
}
