// Keys and numerics of AudioLDM's AutoencoderKL as Tango 2 uses it, written from its architecture.
// Left out: dropout, the vocoder inside (HiFiGanGenerator is its own model).
using Tango2.Tensors;
using TorchSharp.Modules;

namespace Tango2.Models;

/// <summary>The spectrogram autoencoder: log-mel [B, 1, T, F] to latents [B, C, T/4, F/4] and back.</summary>
public sealed class AutoencoderKL : nn.Module
{
    private readonly AutoencoderEncoder encoder;
    private readonly AutoencoderDecoder decoder;
    private readonly Conv2d quant_conv, post_quant_conv;

    /// <summary>Builds the autoencoder with random weights.</summary>
    public AutoencoderKL(AutoencoderKLConfig config) : base(nameof(AutoencoderKL))
    {
        Config = config.Checked();
        var z = config.Layers.ZChannels;
        encoder = new(config.Layers);
        decoder = new(config.Layers);
        quant_conv = nn.Conv2d(2 * z, 2 * config.EmbedDim, kernel_size: 1);
        post_quant_conv = nn.Conv2d(config.EmbedDim, z, kernel_size: 1);
        RegisterComponents();
    }

    /// <summary>The geometry that the autoencoder was built with.</summary>
    public AutoencoderKLConfig Config { get; }

    /// <summary>The distribution of the unscaled latents of a mel.</summary>
    /// <param name="mel">[B, 1, T, F], natural logarithm of magnitudes.</param>
    public Posterior Encode(Tensor mel)
    {
        Shape.Check(mel, $"B, {Config.Layers.InChannels}, T, F");
        using var scope = NewDisposeScope();
        var (mean, logVar) = Posterior.FromMoments(quant_conv.call(encoder.call(mel)));
        return new(mean.MoveToOuterDisposeScope(), logVar.MoveToOuterDisposeScope());
    }

    /// <summary>The mel of unscaled latents; [B, 1, 4T, 4F] for three levels.</summary>
    /// <param name="z">[B, C, T, F].</param>
    public Tensor Decode(Tensor z)
    {
        Shape.Check(z, $"B, {Config.EmbedDim}, T, F");
        using var scope = NewDisposeScope();
        return decoder.call(post_quant_conv.call(z)).MoveToOuterDisposeScope();
    }

    /// <summary>A sample of the posterior times the scale factor: what the diffusion model is trained on.</summary>
    /// <param name="mel">[B, 1, T, F], natural logarithm of magnitudes.</param>
    /// <param name="generator">Where the sample's noise comes from.</param>
    public Tensor EncodeToLatents(Tensor mel, Generator generator)
    {
        using var scope = NewDisposeScope();
        return (Encode(mel).Sample(generator) * Config.ScaleFactor).MoveToOuterDisposeScope();
    }

    /// <summary>The mel of scaled latents, as the diffusion model gives them.</summary>
    /// <param name="latents">[B, C, T, F].</param>
    public Tensor DecodeLatents(Tensor latents)
    {
        using var scope = NewDisposeScope();
        return Decode(latents * (1 / Config.ScaleFactor)).MoveToOuterDisposeScope();
    }
}
