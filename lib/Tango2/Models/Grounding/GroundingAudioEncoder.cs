// The audio encoder of STEAM's grounding tool, from the description in the paper's sources. Its weights have not been
// seen: block keys are those of PANNs, and "fc1" and "rnn" follow the usual names of that family.
using Tango2.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace Tango2.Models;

/// <summary>Convolutions, then a recurrent layer in both directions; log-mel [B, 1, T, F] to features [B, T', D].</summary>
public sealed class GroundingAudioEncoder : Module<Tensor, Tensor>
{
    private readonly BatchNorm2d bn0;
    private readonly Linear fc1;
    private readonly GRU rnn;
    private readonly PannsConvBlock[] _blocks;
    private readonly GroundingAudioConfig _config;

    /// <summary>Builds the network with random weights.</summary>
    /// <exception cref="ArgumentException">The sizes do not fit together; the message says which.</exception>
    public GroundingAudioEncoder(GroundingAudioConfig config) : base(nameof(GroundingAudioEncoder))
    {
        config.Validate();
        _config = config;
        bn0 = BatchNorm2d(config.Mels);
        _blocks = [.. config.Widths.Select((width, i) => new PannsConvBlock(i == 0 ? 1 : config.Widths[i - 1], width))];
        for (var i = 0; i < _blocks.Length; i++) register_module($"conv_block{i + 1}", _blocks[i]);
        fc1 = Linear(config.Widths[^1], config.LinearWidth);
        rnn = GRU(config.LinearWidth, config.GruWidth, batchFirst: true, bidirectional: true);
        RegisterComponents();
        init.xavier_uniform_(fc1.weight);
        init.zeros_(fc1.bias!);
    }

    /// <summary>Encodes clips.</summary>
    /// <param name="logMel">[B, 1, T, F], dB, with T at least <see cref="GroundingAudioConfig.FramesPerStep"/>.</param>
    public override Tensor forward(Tensor logMel)
    {
        Shape.Check(logMel, $"B, 1, T, {_config.Mels}");
        if (logMel.shape[2] < _config.FramesPerStep)
            throw new ArgumentException(
                $"logMel must have at least {_config.FramesPerStep} frames, but has {logMel.shape[2]}: pad the clip.");
        using var scope = NewDisposeScope();
        var x = bn0.call(logMel.transpose(1, 3)).transpose(1, 3);
        for (var i = 0; i < _blocks.Length; i++)
        {
            x = _blocks[i].call(x);
            long[] pool = [_config.TimePools[i], 2];
            x = dropout(avg_pool2d(x, pool) + max_pool2d(x, pool), _config.BlockDropout, training);
        }
        x = x.mean([3]).transpose(1, 2);                                          // [B, T', C]
        x = relu(fc1.call(dropout(x, _config.HeadDropout, training)));
        return rnn.call(x).Item1.MoveToOuterDisposeScope();
    }
}
