using TorchSharp.Modules;
using static Tango2.Tensors.Layers;
using static TorchSharp.torch.nn.functional;

namespace Tango2.Models;

/// <summary>Each position of [B, C, T, F] attends to all, with one head of width C; added to the input.</summary>
internal sealed class AutoencoderAttention : nn.Module<Tensor, Tensor>
{
    private readonly GroupNorm norm;
    private readonly Conv2d q, k, v, proj_out;

    public AutoencoderAttention(int channels, int groups) : base(nameof(AutoencoderAttention))
    {
        norm = GroupNorm(Math.Min(groups, channels), channels, 1e-6);
        q = nn.Conv2d(channels, channels, kernel_size: 1);
        k = nn.Conv2d(channels, channels, kernel_size: 1);
        v = nn.Conv2d(channels, channels, kernel_size: 1);
        proj_out = nn.Conv2d(channels, channels, kernel_size: 1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var h = norm.call(x);
        var mixed = scaled_dot_product_attention(Tokens(q.call(h)), Tokens(k.call(h)), Tokens(v.call(h)));
        var back = mixed.squeeze(1).transpose(1, 2).reshape(x.shape); // [B, C, T, F]
        return (x + proj_out.call(back)).MoveToOuterDisposeScope();
    }

    private static Tensor Tokens(Tensor x) => x.flatten(2).transpose(1, 2).unsqueeze(1); // [B, 1, T·F, C]
}
