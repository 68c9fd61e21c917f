// This network is this library's own: the grounding tool's audio encoder with one output per class in place of words.
using Tango2.Models;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace Tango2.Mini.Truth;

/// <summary>Which known sounds are heard in each frame; log-mel [B, 1, T, F] to logits [B, T', K].</summary>
internal sealed class EventDetector : Module<Tensor, Tensor>
{
    private readonly GroundingAudioEncoder audio_encoder;
    private readonly Linear classifier;

    /// <summary>Builds the network with random weights.</summary>
    /// <param name="audio">The audio encoder; a frame of the output lasts its <c>FramesPerStep</c> input frames.</param>
    /// <param name="classes">Sound classes K.</param>
    public EventDetector(GroundingAudioConfig audio, int classes) : base(nameof(EventDetector))
    {
        audio_encoder = new(audio);
        classifier = Linear(2 * audio.GruWidth, classes);
        RegisterComponents();
    }

    /// <summary>Logits per frame and class.</summary>
    /// <param name="logMel">[B, 1, T, F], dB.</param>
    public override Tensor forward(Tensor logMel)
    {
        using var scope = NewDisposeScope();
        return classifier.call(audio_encoder.call(logMel)).MoveToOuterDisposeScope();
    }
}
