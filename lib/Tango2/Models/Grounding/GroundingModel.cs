// STEAM's grounding tool (AudioTime), from the description in the paper's sources; keys are not confirmed by a file.
using Tango2.Tensors;
using static TorchSharp.torch.nn;

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
