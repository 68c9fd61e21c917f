// Keys and numerics of diffusers' ResnetBlock2D (v0.18.2), written from its architecture. Left out: resampling
// inside the block.
using Tango2.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace Tango2.Models;

/// <summary>Two convolutions with the timestep embedding added between; [B, C, T, F] to [B, C', T, F].</summary>
public sealed class ResnetBlock2D : Module<Tensor, Tensor, Tensor>
{
    private readonly GroupNorm norm1, norm2;
    private readonly Conv2d conv1, conv2;
    private readonly Linear time_emb_proj;
    private readonly Conv2d? conv_shortcut;

    /// <summary>Builds the block with random weights.</summary>
    public ResnetBlock2D(int channels, int outChannels, UNet2DConditionConfig config) : base(nameof(ResnetBlock2D))
    {
        norm1 = Layers.GroupNorm(config.NormNumGroups, channels, config.NormEps);
        conv1 = Conv2d(channels, outChannels, kernel_size: 3, padding: 1);
        time_emb_proj = Linear(config.TimeEmbedDim, outChannels);
        norm2 = Layers.GroupNorm(config.NormNumGroups, outChannels, config.NormEps);
        conv2 = Conv2d(outChannels, outChannels, kernel_size: 3, padding: 1);
        conv_shortcut = channels == outChannels ? null : Conv2d(channels, outChannels, kernel_size: 1);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x, Tensor temb)
    {
        using var scope = NewDisposeScope();
        var h = conv1.call(silu(norm1.call(x)));                             // [B, C', T, F]
        h = h + time_emb_proj.call(silu(temb)).unsqueeze(-1).unsqueeze(-1);  // [B, C', 1, 1] is added
        h = conv2.call(silu(norm2.call(h)));                                 // [B, C', T, F]
        return ((conv_shortcut?.call(x) ?? x) + h).MoveToOuterDisposeScope();
    }
}
