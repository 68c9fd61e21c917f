// Keys and numerics of LAION-CLAP's HTSAT (clap_module/htsat.py at 1fd4c37), written from its architecture; its stages
// are in SwinStage.cs.
// Left out: the spectrogram (see Tango2.Audio), SpecAugment, mixup, stochastic depth, the kinds of fusion other than
// aff_2d, and the reference's choice in training of a clip at random to be the long one where none is.
using TorchSharp.Modules;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace Tango2.Models;

/// <summary>HTSAT: a Swin transformer on a log-mel spectrogram; [B, 1, T, F] to an embedding [B, D].</summary>
internal sealed class HtsatModel : Module<Tensor, Tensor>
{
    private readonly BatchNorm2d bn0;
    private readonly PatchEmbed patch_embed;
    private readonly Parameter? absolute_pos_embed;
    private readonly ModuleList<SwinStage> layers;
    private readonly LayerNorm norm;
    private readonly Conv2d? tscam_conv;
    private readonly Linear? head;
    private readonly int _imageSize, _stack;

    /// <param name="config">Sizes.</param>
    /// <param name="melBins">Mel bands F.</param>
    /// <param name="fusion">Whether long clips come as a whole and three parts.</param>
    public HtsatModel(HtsatConfig config, int melBins, bool fusion = false) : base(nameof(HtsatModel))
    {
        _imageSize = config.SpecSize;
        _stack = config.SpecSize / melBins;
        var lastSide = config.Grid >> (config.Depths.Count - 1);
        bn0 = BatchNorm2d(melBins);
        patch_embed = new(config, fusion);
        layers = new([.. Enumerable.Range(0, config.Depths.Count).Select(i => new SwinStage(i, config))]);
        norm = LayerNorm(config.NumFeatures);
        if (config.NumClasses > 0)
        {
            tscam_conv = new Conv2d(config.NumFeatures, config.NumClasses, kernel: (lastSide / _stack, 3), padding: (0, 1));
            head = Linear(config.NumClasses, config.NumClasses);
        }
        if (config.Ape)
        {
            absolute_pos_embed = new(zeros(1, (long)config.Grid * config.Grid, config.EmbedDim, device: CPU));
            init.normal_(absolute_pos_embed, 0, 0.02);
        }
        RegisterComponents();
        // The reference cuts its normals at a hundred deviations, so never; TorchSharp 0.107 makes them constant then.
        foreach (var linear in modules().OfType<Linear>())
        {
            init.normal_(linear.weight, 0, 0.02);
            if (linear.bias is { } bias) init.zeros_(bias);
        }
    }

    public override Tensor forward(Tensor logMel)
    {
        using var scope = NewDisposeScope();
        return Pool(FeatureMap(logMel)).MoveToOuterDisposeScope();
    }

    /// <summary>The embedding [B, D] of the last features.</summary>
    /// <param name="featureMap">What <see cref="FeatureMap"/> returned.</param>
    public static Tensor Pool(Tensor featureMap)
    {
        using var scope = NewDisposeScope();
        return featureMap.flatten(2).mean([2]).MoveToOuterDisposeScope();
    }

    /// <summary>The last features [B, D, F', T'], with the stacked chunks of time laid side by side again.</summary>
    /// <param name="logMel">[B, 1, T, F], dB; with fusion also [B, 4, T, F], the whole clip and its three parts.</param>
    /// <param name="longer">[B], bool, the clips whose parts count; null for none.</param>
    public Tensor FeatureMap(Tensor logMel, Tensor? longer = null)
    {
        using var scope = NewDisposeScope();
        var x = bn0.call(logMel.transpose(1, 3)).transpose(1, 3);
        x = patch_embed.call(Image(x), longer);                             // [B, S, D]
        if (absolute_pos_embed is not null) x = x + absolute_pos_embed;
        foreach (var layer in layers) x = layer.call(x);
        x = norm.call(x);
        var side = (long)Math.Sqrt(x.shape[1]);
        return x.transpose(1, 2).reshape(x.shape[0], x.shape[2], _stack, side / _stack, side)
            .transpose(2, 3).reshape(x.shape[0], x.shape[2], side / _stack, _stack * side).MoveToOuterDisposeScope();
    }

    /// <summary>Logits of the sound event classes, [B, K]; their sigmoid is the reference's clip-wise output.</summary>
    /// <param name="featureMap">What <see cref="FeatureMap"/> returned.</param>
    /// <exception cref="InvalidOperationException">The network was built without the head.</exception>
    public Tensor ClassLogits(Tensor featureMap)
    {
        if (tscam_conv is null) throw new InvalidOperationException("This HTSAT was built without a sound event head: NumClasses is 0.");
        using var scope = NewDisposeScope();
        return tscam_conv.call(featureMap).flatten(2).mean([2]).MoveToOuterDisposeScope();
    }

    /// <summary>Folds each channel of [B, C, T, F] into a square image of rows of time, each with its bands upward.</summary>
    /// <param name="x">[B, C, T, F]; fewer frames than the image takes are stretched.</param>
    /// <returns>[B, C, side, side].</returns>
    public Tensor Image(Tensor x)
    {
        using var scope = NewDisposeScope();
        var (frames, bins) = ((long)_imageSize * _stack, (long)_imageSize / _stack);
        if (x.shape[2] > frames)
            throw new ArgumentException($"logMel must have at most {frames} frames, but has {x.shape[2]}: cut the clip.");
        if (x.shape[2] < frames)
            x = interpolate(x, [frames, x.shape[3]], mode: InterpolationMode.Bicubic, align_corners: true);
        return x.transpose(2, 3).reshape(x.shape[0], x.shape[1], bins, _stack, frames / _stack)
            .transpose(2, 3).reshape(x.shape[0], x.shape[1], _imageSize, _imageSize).MoveToOuterDisposeScope();
    }
}

/// <summary>Cuts an image [B, 1, side, side] into patches: [B, S, D], row by row; with fusion also [B, 4, side, side].</summary>
internal sealed class PatchEmbed : Module<Tensor, Tensor?, Tensor>
{
    private readonly Conv2d proj;
    private readonly LayerNorm norm;
    private readonly Conv2d? mel_conv2d;
    private readonly AttentionalFusion? fusion_model;

    /// <param name="config">The network's sizes.</param>
    /// <param name="fusion">Whether long clips come as a whole and three parts.</param>
    public PatchEmbed(HtsatConfig config, bool fusion = false) : base(nameof(PatchEmbed))
    {
        var (size, stride) = ((long)config.PatchSize, (long)config.PatchStride);
        var padding = (size - stride) / 2;
        proj = new Conv2d(1, config.EmbedDim, kernel: size, stride: stride, padding: padding);
        norm = LayerNorm(config.EmbedDim);
        if (fusion)
        {
            mel_conv2d = new Conv2d(
                1, config.EmbedDim, kernel: (size, 3 * size), stride: (stride, 3 * stride), padding: (padding, padding));
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

// Keys and numerics of LAION-CLAP's AFF in its two-dimensional form (clap_module/feature_fusion.py at 1fd4c37), after
// "Attentional Feature Fusion" (Dai et al., 2021), written from its architecture.
/// <summary>2·w·x + 2·(1 − w)·y, with a weight w in (0, 1) for every value that x + y decides; [B, C, T, F] twice to once.</summary>
internal sealed class AttentionalFusion : Module<Tensor, Tensor, Tensor>
{
    private const int Reduction = 4;
    private readonly Sequential local_att, global_att;

    /// <param name="channels">C.</param>
    public AttentionalFusion(int channels) : base(nameof(AttentionalFusion))
    {
        local_att = Sequential(Bottleneck(channels));
        global_att = Sequential(Bottleneck(channels).Prepend(AdaptiveAvgPool2d(1)).ToArray());
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, Tensor y)
    {
        using var scope = NewDisposeScope();
        var sum = x + y;
        // The statistics of one row cannot be learned; the reference shows the normalisations that row twice.
        var seen = training && sum.shape[0] == 1 ? cat([sum, sum]) : sum;
        var weight = (local_att.call(seen) + global_att.call(seen)).sigmoid()[..(int)sum.shape[0]];
        return (2 * x * weight + 2 * y * (1 - weight)).MoveToOuterDisposeScope();
    }

    private static Module<Tensor, Tensor>[] Bottleneck(int channels) =>
    [
        new Conv2d(channels, channels / Reduction, kernel: 1), BatchNorm2d(channels / Reduction), ReLU(),
        new Conv2d(channels / Reduction, channels, kernel: 1), BatchNorm2d(channels),
    ];
}
