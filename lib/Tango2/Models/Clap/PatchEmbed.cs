// Keys and numerics of LAION-CLAP's PatchEmbed (clap_module/htsat.py at 1fd4c37), written from its architecture.
// Left out: the kinds of fusion other than aff_2d.
using TorchSharp.Modules;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace Tango2.Models;

/// <summary>Cuts an image [B, 1, side, side] into patches: [B, S, D], row by row; with fusion also [B, 4, side, side].</summary>
public sealed class PatchEmbed : Module<Tensor, Tensor?, Tensor>
{
    private readonly Conv2d proj;
    private readonly LayerNorm norm;
    private readonly Conv2d? mel_conv2d;
    private readonly AttentionalFusion? fusion_model;

    /// <summary>Builds the layer with random weights.</summary>
    /// <param name="config">The network's sizes.</param>
    /// <param name="fusion">Whether long clips come as a whole and three parts.</param>
    public PatchEmbed(HtsatConfig config, bool fusion = false) : base(nameof(PatchEmbed))
    {
        var (size, stride) = ((long)config.PatchSize, (long)config.PatchStride);
        var padding = (size - stride) / 2;
        proj = Conv2d(1, config.EmbedDim, kernel_size: size, stride: stride, padding: padding);
        norm = LayerNorm(config.EmbedDim);
        if (fusion)
        {
            mel_conv2d = Conv2d(
                1, config.EmbedDim, kernel_size: (size, 3 * size), stride: (stride, 3 * stride), padding: (padding, padding));
            fusion_model = new(config.EmbedDim);
        }
        RegisterComponents();
    }

    /// <summary>Embeds the first image of each clip and, where a clip is longer, joins the other three with it.</summary>
    /// <param name="x">[B, 1, side, side], or [B, 4, side, side] with fusion.</param>
    /// <param name="longer">[B], bool, the clips whose parts count; null for none.</param>
    public override Tensor forward(Tensor x, Tensor? longer)
    {
        using var scope = NewDisposeScope();
        var whole = proj.call(x.narrow(1, 0, 1));                          // [B, D, side', side']
        if (longer is not null && fusion_model is not null)
        {
            var rows = longer.to(@bool).nonzero().squeeze(1);
            if (rows.shape[0] > 0)
            {
                var parts = Parts(x.index_select(0, rows).narrow(1, 1, x.shape[1] - 1), whole.shape[3]);
                whole = whole.index_copy(0, rows, fusion_model.call(whole.index_select(0, rows), parts));
            }
        }
        return norm.call(whole.flatten(2).transpose(1, 2)).MoveToOuterDisposeScope();
    }

    /// <summary>The parts of long clips, [R, 3, side, side], side by side at a third of the width, cut or padded to it.</summary>
    private Tensor Parts(Tensor parts, long width)
    {
        var (rows, count) = (parts.shape[0], parts.shape[1]);
        var embedded = mel_conv2d!.call(parts.flatten(0, 1).unsqueeze(1)).unflatten(0, [rows, count]); // [R, 3, D, side', W]
        var joined = embedded.permute(0, 2, 3, 1, 4).flatten(3);                                       // [R, D, side', 3·W]
        return pad(joined, [0, width - joined.shape[3]]);                                              // negative crops
    }
}
