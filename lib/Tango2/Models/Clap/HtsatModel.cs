// Keys and numerics of LAION-CLAP's HTSAT (clap_module/htsat.py at 1fd4c37), written from its architecture.
// Left out: the spectrogram (see Tango2.Audio), SpecAugment, mixup, stochastic depth, the kinds of fusion other than
// aff_2d, and the reference's choice in training of a clip at random to be the long one where none is.
using TorchSharp.Modules;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace Tango2.Models;

/// <summary>HTSAT: a Swin transformer on a log-mel spectrogram; [B, 1, T, F] to an embedding [B, D].</summary>
public sealed class HtsatModel : Module<Tensor, Tensor>
{
    private readonly BatchNorm2d bn0;
    private readonly PatchEmbed patch_embed;
    private readonly Parameter? absolute_pos_embed;
    private readonly ModuleList<SwinStage> layers;
    private readonly LayerNorm norm;
    private readonly Conv2d tscam_conv;
    private readonly Linear head;
    private readonly int _imageSize, _stack;

    /// <summary>Builds the network with random weights.</summary>
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
        tscam_conv = Conv2d(config.NumFeatures, config.NumClasses, kernel_size: (lastSide / _stack, 3), padding: (0, 1));
        head = Linear(config.NumClasses, config.NumClasses);
        if (config.Ape)
        {
            absolute_pos_embed = new(zeros(1, (long)config.Grid * config.Grid, config.EmbedDim));
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

    /// <inheritdoc/>
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
    public Tensor ClassLogits(Tensor featureMap)
    {
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
