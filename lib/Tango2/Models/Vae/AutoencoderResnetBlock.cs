using TorchSharp.Modules;
using static Tango2.Tensors.Layers;
using static TorchSharp.torch.nn.functional;

namespace Tango2.Models;

/// <summary>Two normalised convolutions added to their input; [B, C, T, F] to [B, C', T, F].</summary>
internal sealed class AutoencoderResnetBlock : nn.Module<Tensor, Tensor>
{
    private readonly GroupNorm norm1, norm2;
    private readonly Conv2d conv1, conv2;
    private readonly Conv2d? nin_shortcut;

    public AutoencoderResnetBlock(int channels, int outChannels, int groups) : base(nameof(AutoencoderResnetBlock))
    {
        norm1 = GroupNorm(Math.Min(groups, channels), channels, 1e-6);
        conv1 = nn.Conv2d(channels, outChannels, kernel_size: 3, padding: 1);
        norm2 = GroupNorm(Math.Min(groups, outChannels), outChannels, 1e-6);
        conv2 = nn.Conv2d(outChannels, outChannels, kernel_size: 3, padding: 1);
        nin_shortcut = channels == outChannels ? null : nn.Conv2d(channels, outChannels, kernel_size: 1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var h = conv1.call(silu(norm1.call(x))); // [B, C', T, F]
        h = conv2.call(silu(norm2.call(h)));     // [B, C', T, F]
        return (h + (nin_shortcut?.call(x) ?? x)).MoveToOuterDisposeScope();
    }
}
