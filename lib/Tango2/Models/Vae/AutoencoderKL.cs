// Keys and numerics of AudioLDM's AutoencoderKL as Tango 2 uses it, written from its architecture.
// Left out: dropout, the vocoder inside (HiFiGanGenerator is its own model).
using Tango2.Tensors;
using TorchSharp.Modules;
using static Tango2.Tensors.Layers;
using static TorchSharp.torch.nn.functional;

namespace Tango2.Models;

/// <summary>The spectrogram autoencoder: log-mel [B, 1, T, F] to latents and back; [B, C, T/4, F/4] for three levels.</summary>
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
        quant_conv = new Conv2d(2 * z, 2 * config.EmbedDim, kernel: 1);
        post_quant_conv = new Conv2d(config.EmbedDim, z, kernel: 1);
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

/// <summary>What the encoder says of a mel: an independent normal distribution for each value of the latents.</summary>
/// <param name="Mean">[B, C, T, F].</param>
/// <param name="LogVar">[B, C, T, F], logarithm of the variance.</param>
public sealed record Posterior(Tensor Mean, Tensor LogVar)
{
    /// <summary>The distribution's most probable latents: the mean.</summary>
    public Tensor Mode => Mean;

    /// <summary>Splits [B, 2C, T, F] into mean and log-variance, the latter held within [−30, 20].</summary>
    public static Posterior FromMoments(Tensor moments)
    {
        using var scope = NewDisposeScope();
        var halves = moments.chunk(2, dim: 1);
        return new(halves[0].MoveToOuterDisposeScope(), halves[1].clamp(-30, 20).MoveToOuterDisposeScope());
    }

    /// <summary>mean + σ·ε with ε from <paramref name="generator"/>; [B, C, T, F].</summary>
    public Tensor Sample(Generator generator)
    {
        using var noise = randn(Mean.shape, dtype: Mean.dtype, device: Mean.device, generator: generator);
        return Sample(noise);
    }

    /// <summary>mean + σ·ε with ε = <paramref name="noise"/>; [B, C, T, F].</summary>
    public Tensor Sample(Tensor noise)
    {
        Tensors.Shape.Check(Mean, "B, C, T, F").And(noise, "B, C, T, F");
        using var scope = NewDisposeScope();
        return (Mean + (0.5 * LogVar).exp() * noise).MoveToOuterDisposeScope();
    }

    /// <summary>½ (μ² + σ² − 1 − log σ²), divergence from the standard normal, averaged over an example; [B].</summary>
    /// <remarks>AudioLDM averages over C, T and F; the divergence of the joint distribution is the sum.</remarks>
    public Tensor Kl()
    {
        using var scope = NewDisposeScope();
        return (0.5 * (Mean.square() + LogVar.exp() - 1 - LogVar).mean([1, 2, 3])).MoveToOuterDisposeScope();
    }
}

/// <summary>Mel to what the moments are computed from; [B, 1, T, F] to [B, 2·Z, T/4, F/4] for three levels.</summary>
internal sealed class AutoencoderEncoder : nn.Module<Tensor, Tensor>
{
    private readonly Conv2d conv_in, conv_out;
    private readonly ModuleList<AutoencoderLevel> down;
    private readonly AutoencoderMiddle mid;
    private readonly GroupNorm norm_out;

    public AutoencoderEncoder(AutoencoderLayers layers) : base(nameof(AutoencoderEncoder))
    {
        var channels = layers.LevelChannels();
        var groups = layers.NormNumGroups;
        conv_in = new Conv2d(layers.InChannels, layers.Ch, kernel: 3, padding: 1);
        down = [.. channels.Select((c, i) => new AutoencoderLevel(
            i == 0 ? layers.Ch : channels[i - 1], c, layers.NumResBlocks, groups, layers.Attends(i),
            halve: i < channels.Length - 1))];
        mid = new(channels[^1], groups);
        norm_out = GroupNorm(Math.Min(groups, channels[^1]), channels[^1], 1e-6);
        conv_out = new Conv2d(channels[^1], 2 * layers.ZChannels, kernel: 3, padding: 1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var h = ChannelsLast(conv_in.call(x));
        foreach (var level in down) h = level.call(h);
        return conv_out.call(silu(norm_out.Centred(mid.call(h)))).MoveToOuterDisposeScope();
    }
}

/// <summary>Latents to mel; [B, Z, T, F] to [B, 1, 4T, 4F] for three levels.</summary>
internal sealed class AutoencoderDecoder : nn.Module<Tensor, Tensor>
{
    private readonly Conv2d conv_in, conv_out;
    private readonly AutoencoderMiddle mid;
    private readonly ModuleList<AutoencoderLevel> up; // up[0] has the full resolution and runs last
    private readonly GroupNorm norm_out;

    public AutoencoderDecoder(AutoencoderLayers layers) : base(nameof(AutoencoderDecoder))
    {
        var channels = layers.LevelChannels();
        var groups = layers.NormNumGroups;
        conv_in = new Conv2d(layers.ZChannels, channels[^1], kernel: 3, padding: 1);
        mid = new(channels[^1], groups);
        up = [.. channels.Select((c, i) => new AutoencoderLevel(
            channels[Math.Min(i + 1, channels.Length - 1)], c, layers.NumResBlocks + 1, groups, layers.Attends(i),
            twice: i > 0))];
        norm_out = GroupNorm(Math.Min(groups, channels[0]), channels[0], 1e-6);
        conv_out = new Conv2d(channels[0], layers.OutCh, kernel: 3, padding: 1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor z)
    {
        using var scope = NewDisposeScope();
        var h = mid.call(ChannelsLast(conv_in.call(z)));
        foreach (var level in up.Reverse()) h = level.call(h);
        return conv_out.call(silu(norm_out.Centred(h))).MoveToOuterDisposeScope();
    }
}
