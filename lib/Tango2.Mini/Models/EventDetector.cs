// This network is this library's own: the grounding tool's audio encoder with one output per class in place of words.
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace Tango2.Models;

/// <summary>Which known sounds are heard in each frame; log-mel [B, 1, T, F] to logits [B, T', K].</summary>
public sealed class EventDetector : Module<Tensor, Tensor>
{
    private readonly GroundingAudioEncoder audio_encoder;
    private readonly Linear classifier;

    /// <summary>Builds the network with random weights.</summary>
    public EventDetector(EventDetectorConfig config) : base(nameof(EventDetector))
    {
        Config = config;
        audio_encoder = new(config.Audio);
        classifier = Linear(2 * config.Audio.GruWidth, config.Classes);
        RegisterComponents();
    }

    /// <summary>The sizes it was built with.</summary>
    public EventDetectorConfig Config { get; }

    /// <summary>Logits per frame and class; a frame lasts <see cref="GroundingAudioConfig.FramesPerStep"/> input frames.</summary>
    /// <param name="logMel">[B, 1, T, F], dB.</param>
    public override Tensor forward(Tensor logMel)
    {
        using var scope = NewDisposeScope();
        return classifier.call(audio_encoder.call(logMel)).MoveToOuterDisposeScope();
    }
}
