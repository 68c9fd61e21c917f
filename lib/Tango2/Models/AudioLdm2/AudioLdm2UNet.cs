// Keys and numerics of diffusers' AudioLDM2UNet2DConditionModel (v0.21.4) and its blocks, under their names there, written
// from their architecture. Left out: class labels, extra embeddings and the other kinds of block. Level 0 is the finest.
using Tango2.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace Tango2.Models;

/// <summary>AudioLDM 2's denoiser: predicts noise from noisy latents, timesteps and two texts' states.</summary>
internal sealed class AudioLdm2UNet : Module<Tensor, Tensor, AudioLdm2States, Tensor>
{
    private readonly Conv2d conv_in, conv_out;
    private readonly TimestepEmbedding time_embedding;
    private readonly ModuleList<AudioLdm2DownBlock> down_blocks;
    private readonly AudioLdm2MidBlock mid_block;
    private readonly ModuleList<AudioLdm2UpBlock> up_blocks;
    private readonly GroupNorm conv_norm_out;

    /// <summary>Builds the network with random weights, drawn from torch's global generator.</summary>
    public AudioLdm2UNet(AudioLdm2UNetConfig config) : base(nameof(AudioLdm2UNet))
    {
        Config = config;
        var (channels, width) = (config.BlockOutChannels[0], config.Shared.TimeEmbedDim);
        var levels = Enumerable.Range(0, config.Levels).ToArray();
        conv_in = new Conv2d(config.InChannels, channels, kernel: 3, padding: 1);
        time_embedding = new(channels, width);
        down_blocks = [.. levels.Select(level => new AudioLdm2DownBlock(level, config))];
        mid_block = new(config);
        up_blocks = [.. levels.Reverse().Select(level => new AudioLdm2UpBlock(level, config))];
        conv_norm_out = Layers.GroupNorm(config.NormNumGroups, channels, config.NormEps);
        conv_out = new Conv2d(channels, config.OutChannels, kernel: 3, padding: 1);
        RegisterComponents();
    }

    /// <summary>The settings it was built with.</summary>
    public AudioLdm2UNetConfig Config { get; }

    /// <summary>Where its weights are.</summary>
    public Device Device => conv_in.Weight.device;

    /// <summary>The type of its weights, which its inputs must have.</summary>
    public ScalarType Type => conv_in.Weight.dtype;

    /// <summary>The prediction for noisy latents.</summary>
    /// <param name="noisyLatents">[B, C, T, F]; any T and F.</param>
    /// <param name="timesteps">[B], from 0.</param>
    /// <param name="states">What the texts say, [B, …].</param>
    /// <returns>[B, C', T, F].</returns>
    public override Tensor forward(Tensor noisyLatents, Tensor timesteps, AudioLdm2States states)
    {
        Shape.Check(noisyLatents, $"B, {Config.InChannels}, T, F").And(timesteps, "B")
            .And(states.Generated, "B, G, D").And(states.Text, "B, S, W").And(states.TextMask, "B, S");
        using var scope = NewDisposeScope();
        var code = TimestepEmbedding.Code(timesteps, Config.BlockOutChannels[0], Config.FlipSinToCos, Config.FreqShift);
        var conditioning = new AudioLdm2Conditioning(
            time_embedding.call(code.to(noisyLatents.dtype)), states, Bias(states.TextMask, noisyLatents.dtype));
        var x = conv_in.call(noisyLatents);
        var skips = new Stack<Tensor>([x]);
        foreach (var block in down_blocks)
        {
            foreach (var output in block.call(x, conditioning)) skips.Push(output);
            x = skips.Peek();
        }
        x = mid_block.call(x, conditioning);
        foreach (var block in up_blocks) x = block.call(x, skips, conditioning);
        return conv_out.call(silu(conv_norm_out.call(x))).MoveToOuterDisposeScope();
    }

    /// <summary>0 for tokens and −10000 for padding, [B, 1, 1, S].</summary>
    private static Tensor Bias(Tensor mask, ScalarType dtype) => ((1 - mask.to(dtype)) * -10000).unsqueeze(1).unsqueeze(1);
}

/// <summary>What the two texts say to the U-Net.</summary>
/// <param name="Generated">The language model's states, [B, G, D].</param>
/// <param name="Text">The text encoder's states, [B, S, W].</param>
/// <param name="TextMask">[B, S], 1 where there is a token of the text.</param>
internal readonly record struct AudioLdm2States(Tensor Generated, Tensor Text, Tensor TextMask);

/// <summary>What steers every block beside its input.</summary>
/// <param name="TimeEmbedding">The embedded timestep, [B, 4 · first level's channels].</param>
/// <param name="States">The texts.</param>
/// <param name="TextBias">Added to the scores of what reads the text encoder's states, [B, 1, 1, S].</param>
internal readonly record struct AudioLdm2Conditioning(Tensor TimeEmbedding, AudioLdm2States States, Tensor TextBias)
{
    /// <summary>What the transformer at a place of its level's list reads: states and bias.</summary>
    public (Tensor States, Tensor? Bias) Read(int place) => place <= 1 ? (States.Generated, null) : (States.Text, TextBias);
}

/// <summary>Residual blocks, each with its transformers, and, unless last, a halving; gives each one's output.</summary>
internal sealed class AudioLdm2DownBlock : Module<Tensor, AudioLdm2Conditioning, Tensor[]>
{
    private readonly ModuleList<AudioLdm2Transformer>? attentions;
    private readonly ModuleList<ResnetBlock2D> resnets;
    private readonly ModuleList<Downsample2D>? downsamplers;

    public AudioLdm2DownBlock(int level, AudioLdm2UNetConfig config) : base(nameof(AudioLdm2DownBlock))
    {
        attentions = config.DownBlockTypes[level] == nameof(CrossAttnDownBlock2D)
            ? AudioLdm2Transformer.OfLevel(level, config.LayersPerBlock, config) : null;
        resnets = DownBlock2D.Resnets(level, config.Shared);
        downsamplers = DownBlock2D.Downsamplers(level, config.Shared);
        RegisterComponents();
    }

    public override Tensor[] forward(Tensor x, AudioLdm2Conditioning conditioning)
    {
        using var scope = NewDisposeScope();
        var outputs = new List<Tensor>();
        for (var i = 0; i < resnets.Count; i++)
            outputs.Add(x = AudioLdm2Transformer.After(resnets[i].call(x, conditioning.TimeEmbedding), attentions, i, resnets.Count, conditioning));
        if (downsamplers is not null) outputs.Add(downsamplers[0].call(x));
        return [.. outputs.Select(o => o.MoveToOuterDisposeScope())];
    }
}

/// <summary>Residual block, transformers, residual block at the coarsest level; [B, C, T, F].</summary>
internal sealed class AudioLdm2MidBlock : Module<Tensor, AudioLdm2Conditioning, Tensor>
{
    private readonly ModuleList<AudioLdm2Transformer> attentions;
    private readonly ModuleList<ResnetBlock2D> resnets;

    public AudioLdm2MidBlock(AudioLdm2UNetConfig config) : base(nameof(AudioLdm2MidBlock))
    {
        var channels = config.BlockOutChannels[^1];
        attentions = AudioLdm2Transformer.OfLevel(config.Levels - 1, layers: 1, config);
        resnets = [new(channels, channels, config.Shared), new(channels, channels, config.Shared)];
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, AudioLdm2Conditioning conditioning)
    {
        using var scope = NewDisposeScope();
        var h = resnets[0].call(x, conditioning.TimeEmbedding);
        h = AudioLdm2Transformer.After(h, attentions, 0, 1, conditioning);
        return resnets[1].call(h, conditioning.TimeEmbedding).MoveToOuterDisposeScope();
    }
}

/// <summary>Residual blocks, each joined with an output of the way down and followed by its transformers, and, unless finest, an enlargement.</summary>
internal sealed class AudioLdm2UpBlock : Module<Tensor, Stack<Tensor>, AudioLdm2Conditioning, Tensor>
{
    private readonly ModuleList<AudioLdm2Transformer>? attentions;
    private readonly ModuleList<ResnetBlock2D> resnets;
    private readonly ModuleList<Upsample2D>? upsamplers;

    public AudioLdm2UpBlock(int level, AudioLdm2UNetConfig config) : base(nameof(AudioLdm2UpBlock))
    {
        attentions = config.UpBlockTypes[^(level + 1)] == nameof(CrossAttnUpBlock2D)
            ? AudioLdm2Transformer.OfLevel(level, config.LayersPerBlock + 1, config) : null;
        resnets = UpBlock2D.Resnets(level, config.Shared);
        upsamplers = level == 0 ? null : [new(config.BlockOutChannels[level])];
        RegisterComponents();
    }

    /// <remarks>Takes its skip connections from the stack; the next one left there tells the size to enlarge to.</remarks>
    public override Tensor forward(Tensor x, Stack<Tensor> skips, AudioLdm2Conditioning conditioning)
    {
        using var scope = NewDisposeScope();
        for (var i = 0; i < resnets.Count; i++)
        {
            x = resnets[i].call(cat([x, skips.Pop()], dim: 1), conditioning.TimeEmbedding);
            x = AudioLdm2Transformer.After(x, attentions, i, resnets.Count, conditioning);
        }
        if (upsamplers is not null) x = upsamplers[0].call(x, skips.Peek().shape[2..]);
        return x.MoveToOuterDisposeScope();
    }
}
