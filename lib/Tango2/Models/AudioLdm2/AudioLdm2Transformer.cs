// Keys and numerics of diffusers' Transformer2DModel (v0.21.4) as AudioLDM 2 uses it, written from its architecture: one
// for each width in a level's cross_attention_dim. One without a width attends to itself twice.
using Tango2.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace Tango2.Models;

/// <summary>Attention among the places of a feature map and from them to one text, or to themselves again; [B, C, T, F].</summary>
internal sealed class AudioLdm2Transformer : Module<Tensor, Tensor?, Tensor?, Tensor>
{
    private readonly GroupNorm norm;
    private readonly Module<Tensor, Tensor> proj_in, proj_out;
    private readonly ModuleList<BasicTransformerBlock> transformer_blocks;
    private readonly bool _linear;

    /// <param name="level">The level.</param>
    /// <param name="place">The place in the level's list of widths, which decides what is read.</param>
    /// <param name="config">The network's sizes.</param>
    public AudioLdm2Transformer(int level, int place, AudioLdm2UNetConfig config) : base(nameof(AudioLdm2Transformer))
    {
        var (channels, width) = (config.BlockOutChannels[level], config.CrossAttentionDim[level][place]);
        (_linear, Place) = (config.UseLinearProjection, place);
        Reads = width is not null;
        norm = Layers.GroupNorm(config.NormNumGroups, channels, eps: 1e-6);
        proj_in = Projection(channels);
        transformer_blocks = [.. Enumerable.Range(0, config.TransformerLayersPerBlock[level])
            .Select(_ => new BasicTransformerBlock(channels, width ?? channels, config.AttentionHeadDim[level]))];
        proj_out = Projection(channels);
        RegisterComponents();
    }

    /// <summary>Its place in its level's list of widths.</summary>
    public int Place { get; }

    /// <summary>Whether it reads a text.</summary>
    public bool Reads { get; }

    /// <summary>The transformers of a level, those of each residual block in the order of the widths.</summary>
    /// <param name="level">The level.</param>
    /// <param name="layers">Residual blocks that are followed by transformers.</param>
    /// <param name="config">The network's sizes.</param>
    public static ModuleList<AudioLdm2Transformer> OfLevel(int level, int layers, AudioLdm2UNetConfig config) =>
        [.. Enumerable.Range(0, layers * config.CrossAttentionDim[level].Count)
            .Select(i => new AudioLdm2Transformer(level, i % config.CrossAttentionDim[level].Count, config))];

    /// <summary>A residual block's output through its transformers.</summary>
    /// <param name="x">[B, C, T, F].</param>
    /// <param name="all">The level's, or null where it has none.</param>
    /// <param name="layer">Which residual block's.</param>
    /// <param name="layers">How many residual blocks share them.</param>
    /// <param name="conditioning">What they read.</param>
    public static Tensor After(
        Tensor x, ModuleList<AudioLdm2Transformer>? all, int layer, int layers, AudioLdm2Conditioning conditioning)
    {
        if (all is null) return x;
        var count = all.Count / layers;
        foreach (var transformer in all.Skip(layer * count).Take(count))
        {
            var (states, bias) = conditioning.Read(transformer.Place);
            x = transformer.Reads ? transformer.call(x, states, bias) : transformer.call(x, null, null);
        }
        return x;
    }

    /// <summary>Attends; without states to itself alone.</summary>
    /// <param name="x">[B, C, T, F].</param>
    /// <param name="states">[B, S, D], or null.</param>
    /// <param name="bias">Added to the scores of the states, [B, 1, 1, S]; null for none.</param>
    public override Tensor forward(Tensor x, Tensor? states, Tensor? bias)
    {
        using var scope = NewDisposeScope();
        var size = x.shape[2..];
        var h = norm.call(x);
        h = _linear ? proj_in.call(Tokens(h)) : Tokens(proj_in.call(h));      // [B, T·F, C]
        foreach (var block in transformer_blocks) h = block.call(h, states, bias);
        h = _linear ? Map(proj_out.call(h), size) : proj_out.call(Map(h, size)); // [B, C, T, F]
        return (x + h).MoveToOuterDisposeScope();
    }

    private static Tensor Tokens(Tensor map) => map.flatten(2).transpose(1, 2);

    private static Tensor Map(Tensor tokens, long[] size) => tokens.transpose(1, 2).unflatten(2, size);

    private Module<Tensor, Tensor> Projection(int channels) =>
        _linear ? Linear(channels, channels) : new Conv2d(channels, channels, kernel: 1);
}
