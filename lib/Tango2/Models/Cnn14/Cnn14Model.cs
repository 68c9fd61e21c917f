// Keys and numerics of PANNs' Cnn14 and its ConvBlock, written from their architecture.
// Left out: the spectrogram (see Tango2.Audio), SpecAugment and mixup.
using Tango2.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace Tango2.Models;

/// <summary>A convolutional sound classifier; log-mel [B, 1, T, F] to an embedding and class logits.</summary>
public sealed class Cnn14Model : Module<Tensor, Cnn14Output>
{
    private readonly BatchNorm2d bn0;
    private readonly Linear fc1, fc_audioset;
    private readonly PannsConvBlock[] _blocks;

    /// <summary>Builds the network with random weights.</summary>
    /// <exception cref="ArgumentException">The sizes do not fit together; the message says which.</exception>
    public Cnn14Model(Cnn14Config config) : base(nameof(Cnn14Model))
    {
        config.Validate();
        Config = config;
        bn0 = BatchNorm2d(config.Mels);
        _blocks = [.. config.Widths.Select((width, i) => new PannsConvBlock(i == 0 ? 1 : config.Widths[i - 1], width))];
        for (var i = 0; i < _blocks.Length; i++) register_module($"conv_block{i + 1}", _blocks[i]);
        var width = config.EmbedDim ?? config.Widths[^1];
        fc1 = Linear(config.Widths[^1], width);
        fc_audioset = Linear(width, config.Classes);
        RegisterComponents();
        foreach (var linear in (Linear[])[fc1, fc_audioset])
        {
            init.xavier_uniform_(linear.weight);
            init.zeros_(linear.bias!);
        }
    }

    /// <summary>The sizes it was built with.</summary>
    public Cnn14Config Config { get; }

    /// <summary>Classifies clips.</summary>
    /// <param name="logMel">[B, 1, T, F], dB, with T at least <see cref="Cnn14Config.MinFrames"/>.</param>
    public override Cnn14Output forward(Tensor logMel)
    {
        Shape.Check(logMel, $"B, 1, T, {Config.Mels}");
        if (logMel.shape[2] < Config.MinFrames)
            throw new ArgumentException(
                $"logMel must have at least {Config.MinFrames} frames, but has {logMel.shape[2]}: pad the clip.");
        using var scope = NewDisposeScope();
        var x = bn0.call(logMel.transpose(1, 3)).transpose(1, 3);
        for (var i = 0; i < _blocks.Length; i++)
        {
            x = _blocks[i].call(x);
            if (i < _blocks.Length - 1) x = avg_pool2d(x, 2);      // the last block keeps its resolution
            x = dropout(x, Config.BlockDropout, training);
        }
        x = x.mean([3]);                                           // [B, D, T']
        x = x.amax([2]) + x.mean([2]);                             // [B, D]
        x = relu(fc1.call(dropout(x, Config.HeadDropout, training)));
        var embedding = dropout(x, Config.HeadDropout, training);
        return new(embedding.MoveToOuterDisposeScope(), fc_audioset.call(embedding).MoveToOuterDisposeScope());
    }
}

/// <summary>What Cnn14 says about clips.</summary>
/// <param name="Embedding">[B, D], after the ReLU of fc1.</param>
/// <param name="Logits">[B, K]; their sigmoid is each class's probability.</param>
public sealed record Cnn14Output(Tensor Embedding, Tensor Logits);

/// <summary>Twice a 3 × 3 convolution, batch normalisation and ReLU, before the caller's pooling; [B, C, T, F] to [B, C', T, F].</summary>
internal sealed class PannsConvBlock : Module<Tensor, Tensor>
{
    private readonly Conv2d conv1, conv2;
    private readonly BatchNorm2d bn1, bn2;

    public PannsConvBlock(int channels, int outChannels) : base(nameof(PannsConvBlock))
    {
        conv1 = new Conv2d(channels, outChannels, kernel: 3, padding: 1, hasBias: false);
        conv2 = new Conv2d(outChannels, outChannels, kernel: 3, padding: 1, hasBias: false);
        bn1 = BatchNorm2d(outChannels);
        bn2 = BatchNorm2d(outChannels);
        RegisterComponents();
        init.xavier_uniform_(conv1.Weight);
        init.xavier_uniform_(conv2.Weight);
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        x = relu(bn1.call(conv1.call(x)));
        return relu(bn2.call(conv2.call(x))).MoveToOuterDisposeScope();
    }
}
