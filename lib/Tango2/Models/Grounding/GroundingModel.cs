// STEAM's grounding tool (AudioTime), from the description in the paper's sources. Its weights have not been seen: block
// keys are those of PANNs, and "fc1" and "rnn" follow the usual names of that family.
using Tango2.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace Tango2.Models;

/// <summary>How probable a described sound is in each frame; log-mel [B, 1, T, F] and words [B, S] to [B, T'].</summary>
public sealed class GroundingModel : Module<Tensor, Tensor, Tensor, Tensor>
{
    private readonly GroundingAudioEncoder audio_encoder;
    private readonly GroundingTextEncoder text_encoder;

    /// <summary>Builds the network with random weights.</summary>
    /// <exception cref="ArgumentException">The sizes do not fit together; the message says which.</exception>
    public GroundingModel(GroundingConfig config) : base(nameof(GroundingModel))
    {
        config.Validate();
        Config = config;
        audio_encoder = new(config.Audio);
        text_encoder = new(config.VocabSize, config.EmbedDim);
        RegisterComponents();
    }

    /// <summary>The sizes it was built with.</summary>
    public GroundingConfig Config { get; }

    /// <summary>σ(audio · text) in each frame, held in [1e−7, 1]; [B, T'].</summary>
    /// <param name="logMel">[B, 1, T, F], dB.</param>
    /// <param name="ids">[B, S], int64, the words of the label.</param>
    /// <param name="mask">[B, S], one for words and zero for padding.</param>
    public override Tensor forward(Tensor logMel, Tensor ids, Tensor mask)
    {
        Shape.Check(logMel, "B, 1, T, F").And(ids, "B, S").And(mask, "B, S");
        using var scope = NewDisposeScope();
        return Ask(logMel, ids, mask).squeeze(1).MoveToOuterDisposeScope();
    }

    /// <summary>The same for Q labels of each clip; [B, Q, T']. The sound is encoded once.</summary>
    /// <param name="logMel">[B, 1, T, F], dB.</param>
    /// <param name="ids">[B·Q, S], int64, the words of the labels, clip by clip.</param>
    /// <param name="mask">[B·Q, S], one for words and zero for padding.</param>
    public Tensor Ask(Tensor logMel, Tensor ids, Tensor mask)
    {
        Shape.Check(logMel, "B, 1, T, F").And(ids, "BQ, S").And(mask, "BQ, S");
        if (ids.shape[0] % logMel.shape[0] != 0)
            throw new ArgumentException($"ids must have as many labels for each of {logMel.shape[0]} clips, but has {ids.shape[0]}.");
        using var scope = NewDisposeScope();
        var text = text_encoder.call(ids, mask);                                   // [B·Q, D]
        var questions = text.reshape(logMel.shape[0], -1, 1, text.shape[1]);       // [B, Q, 1, D]
        var scores = (audio_encoder.call(logMel).unsqueeze(1) * questions).sum(-1); // [B, Q, T']
        return scores.sigmoid().clamp(1e-7, 1).MoveToOuterDisposeScope();
    }
}

/// <summary>Convolutions, then a recurrent layer in both directions; log-mel [B, 1, T, F] to features [B, T', D].</summary>
internal sealed class GroundingAudioEncoder : Module<Tensor, Tensor>
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

/// <summary>The mean of the words' embeddings; ids and mask [B, S] to [B, D].</summary>
internal sealed class GroundingTextEncoder : Module<Tensor, Tensor, Tensor>
{
    private readonly Embedding embedding;

    public GroundingTextEncoder(int vocabSize, int width) : base(nameof(GroundingTextEncoder))
    {
        embedding = Embedding(vocabSize, width);
        RegisterComponents();
        init.kaiming_uniform_(embedding.weight!);
    }

    public override Tensor forward(Tensor ids, Tensor mask)
    {
        using var scope = NewDisposeScope();
        var weights = mask.to(embedding.weight!.dtype).unsqueeze(-1);             // [B, S, 1]
        var sum = (embedding.call(ids) * weights).sum(1);
        return (sum / weights.sum(1).clamp_min(1)).MoveToOuterDisposeScope();
    }
}
