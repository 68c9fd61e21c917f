// Keys and numerics of HiFi-GAN's generator (Kong, Kim, Bae, 2020) as AudioLDM and Tango 2 use it, written from its
// architecture. Left out: residual blocks of kind "2".
using Tango2.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch.nn.functional;

namespace Tango2.Models;

/// <summary>The vocoder: log-mel [B, F, T] to a waveform [B, 1, N] in (−1, 1).</summary>
public sealed class HiFiGanGenerator : nn.Module<Tensor, Tensor>
{
    // Tensors of more clips are so large that malloc maps and unmaps each, which costs more than larger batches save.
    private const int Together = 2;

    private readonly WeightNormConv conv_pre, conv_post;
    private readonly ModuleList<WeightNormConv> ups;
    private readonly ModuleList<HiFiGanResBlock> resblocks;

    /// <summary>Builds the vocoder with random weights, normalised if the configuration says so.</summary>
    public HiFiGanGenerator(HiFiGanConfig config) : base(nameof(HiFiGanGenerator))
    {
        Config = config.Checked();
        int Channels(int stage) => config.UpsampleInitialChannel >> stage;
        var stages = Enumerable.Range(0, config.UpsampleRates.Count).ToArray();
        var kernels = config.ResblockKernelSizes.Zip(config.ResblockDilationSizes).ToArray();
        conv_pre = WeightNormConv.Conv1d(config.NumMels, Channels(0), kernel: 7, config.WeightNorm, padding: 3);
        ups = [.. stages.Select(i => WeightNormConv.ConvTranspose1d(
            Channels(i), Channels(i + 1), config.UpsampleKernelSizes[i], config.WeightNorm, config.UpsampleRates[i],
            padding: (config.UpsampleKernelSizes[i] - config.UpsampleRates[i]) / 2))];
        resblocks = [.. stages.SelectMany(i => kernels.Select(
            k => new HiFiGanResBlock(Channels(i + 1), k.First, k.Second, config.WeightNorm)))];
        conv_post = WeightNormConv.Conv1d(Channels(stages.Length), 1, kernel: 7, config.WeightNorm, padding: 3);
        RegisterComponents();
    }

    /// <summary>The geometry that the vocoder was built with.</summary>
    public HiFiGanConfig Config { get; }

    /// <summary>The waveform of a log-mel.</summary>
    /// <param name="mel">[B, F, T], natural logarithm of magnitudes.</param>
    /// <returns>[B, 1, N] in (−1, 1); N is hop·T, and 32 more at the published geometry.</returns>
    public override Tensor forward(Tensor mel)
    {
        Shape.Check(mel, $"B, {Config.NumMels}, T");
        using var scope = NewDisposeScope();
        var h = conv_pre.call(mel);
        for (var stage = 0; stage < ups.Count; stage++) h = Longer(h, stage);
        return conv_post.call(leaky_relu(h, 0.01)).tanh().MoveToOuterDisposeScope(); // 0.01 here only
    }

    /// <summary>The waveform [B, N] of a mel in the autoencoder's layout.</summary>
    /// <param name="mel">[B, 1, T, F], natural logarithm of magnitudes.</param>
    public Tensor Vocode(Tensor mel)
    {
        Shape.Check(mel, $"B, 1, T, {Config.NumMels}");
        using var scope = NewDisposeScope();
        var parts = mel.squeeze(1).transpose(1, 2).split(Together).Select(part => call(part).squeeze(1));
        return cat([.. parts]).MoveToOuterDisposeScope();
    }

    /// <summary>Replaces every normalised weight by its value, as in published checkpoints; twice is safe.</summary>
    public void RemoveWeightNorm()
    {
        foreach (var conv in modules().OfType<WeightNormConv>()) conv.RemoveWeightNorm();
    }

    /// <summary>One stage, [B, C, N] to [B, C/2, rate·N]. Its tensors are large, and go with its scope.</summary>
    private Tensor Longer(Tensor h, int stage)
    {
        using var scope = NewDisposeScope();
        var parallel = Config.ResblockKernelSizes.Count;
        var x = ups[stage].call(leaky_relu(h, 0.1));
        var sum = resblocks[stage * parallel].call(x);
        for (var k = 1; k < parallel; k++) sum.add_(resblocks[stage * parallel + k].call(x));
        return sum.div_(parallel).MoveToOuterDisposeScope();
    }
}

/// <summary>Pairs of a dilated and a plain convolution, each pair added to its input; [B, C, N] to the same.</summary>
internal sealed class HiFiGanResBlock : nn.Module<Tensor, Tensor>
{
    private readonly ModuleList<WeightNormConv> convs1, convs2;

    public HiFiGanResBlock(int channels, int kernel, IReadOnlyList<int> dilations, bool weightNorm)
        : base(nameof(HiFiGanResBlock))
    {
        WeightNormConv Conv(int dilation) => WeightNormConv.Conv1d(
            channels, channels, kernel, weightNorm, padding: (kernel - 1) * dilation / 2, dilation: dilation);
        convs1 = [.. dilations.Select(Conv)];
        convs2 = [.. dilations.Select(_ => Conv(1))];
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var h = x;
        foreach (var (first, second) in convs1.Zip(convs2)) h = Added(h, first, second);
        return h.MoveToOuterDisposeScope();
    }

    private static Tensor Added(Tensor h, WeightNormConv first, WeightNormConv second)
    {
        using var scope = NewDisposeScope();
        var inner = first.call(leaky_relu(h, 0.1));
        return second.call(leaky_relu(inner, 0.1, inplace: true)).add_(h).MoveToOuterDisposeScope();
    }
}
