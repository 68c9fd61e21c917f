// Keys and numerics of diffusers' Attention (v0.18.2), written from its architecture.
using TorchSharp.Modules;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace Tango2.Models;

/// <summary>Multi-head attention of places to a context, or to themselves: softmax(q·k/√width + bias)·v.</summary>
public sealed class CrossAttention : Module<Tensor, Tensor, Tensor?, Tensor>
{
    private readonly Linear to_q, to_k, to_v;
    private readonly ModuleList<Module<Tensor, Tensor>> to_out;
    private readonly int _heads;

    /// <summary>Builds the layers with random weights.</summary>
    /// <param name="channels">Width of the places.</param>
    /// <param name="contextWidth">Width of the context.</param>
    /// <param name="heads">Number of heads, which divides <paramref name="channels"/>.</param>
    public CrossAttention(int channels, int contextWidth, int heads) : base(nameof(CrossAttention))
    {
        _heads = heads;
        to_q = Linear(channels, channels, hasBias: false);
        to_k = Linear(contextWidth, channels, hasBias: false);
        to_v = Linear(contextWidth, channels, hasBias: false);
        to_out = ModuleList<Module<Tensor, Tensor>>(Linear(channels, channels));
        RegisterComponents();
    }

    /// <summary>[B, N, C], [B, S, D] and a bias that broadcasts to [B, H, N, S], to [B, N, C].</summary>
    public override Tensor forward(Tensor x, Tensor context, Tensor? bias)
    {
        using var scope = NewDisposeScope();
        var h = scaled_dot_product_attention(
            Heads(to_q.call(x)), Heads(to_k.call(context)), Heads(to_v.call(context)), bias); // [B, H, N, C/H]
        return to_out[0].call(h.transpose(1, 2).flatten(2)).MoveToOuterDisposeScope();
    }

    private Tensor Heads(Tensor x) => x.unflatten(2, [_heads, -1]).transpose(1, 2); // [B, H, N, C/H]
}
