using Tango2.Metrics;
using Tango2.Pipelines;

namespace Tango2.Evaluation;

/// <summary>What models are evaluated on: prompts, the noise of each, and what is known of the truth.</summary>
/// <param name="Prompts">B prompts.</param>
/// <param name="Seeds">One per prompt, the same for every model.</param>
/// <param name="SampleRate">Of the real clips, Hz; all clips are compared at it.</param>
public abstract record Protocol(IReadOnlyList<string> Prompts, IReadOnlyList<long> Seeds, int SampleRate)
{
    /// <summary>When each sound of each prompt should be heard; null where nobody knows, and then nothing temporal is measured.</summary>
    public virtual IReadOnlyList<WantedClip>? Wanted => null;

    /// <summary>The real clips of the prompts, [B, N], made or read anew at each call.</summary>
    public abstract Tensor Real();

    /// <summary>A model's clips of the prompts, [B, N] at <see cref="SampleRate"/>, whatever the model's own.</summary>
    internal Tensor Generate(TextToAudio tango, GenerationOptions? options = null, Action<int, int>? progress = null)
    {
        using var scope = NewDisposeScope();
        return Pipelines.Clips.At(tango.Generate(Prompts, Seeds, options, progress), tango.SampleRate, SampleRate)
            .MoveToOuterDisposeScope();
    }
}

/// <summary>Prompts with real clips that are in memory.</summary>
/// <param name="Prompts">B prompts.</param>
/// <param name="Seeds">One per prompt.</param>
/// <param name="Clips">Their real clips, [B, N]; the caller keeps them.</param>
/// <param name="SampleRate">Hz.</param>
/// <param name="WantedClips">When each sound should be heard, if that is known.</param>
public sealed record ClipProtocol(
    IReadOnlyList<string> Prompts, IReadOnlyList<long> Seeds, Tensor Clips, int SampleRate,
    IReadOnlyList<WantedClip>? WantedClips = null) : Protocol(Prompts, Seeds, SampleRate)
{
    /// <inheritdoc/>
    public override IReadOnlyList<WantedClip>? Wanted => WantedClips;

    /// <inheritdoc/>
    public override Tensor Real() => Clips.alias();
}

/// <summary>What a prompt asks to be heard.</summary>
/// <param name="Sounds">One per sound that it names, in its order.</param>
/// <param name="InSequence">Whether it asks for its sounds one after another.</param>
/// <param name="Seconds">Length of the clip.</param>
public sealed record WantedClip(IReadOnlyList<WantedSound> Sounds, bool InSequence, double Seconds)
{
    /// <summary>Whether it asks for two sounds, one after the other, so that OER counts it.</summary>
    public bool Ordered => InSequence && Sounds.Count == 2;
}

/// <summary>A sound that a prompt asks for.</summary>
/// <param name="Label">Its name in tables.</param>
/// <param name="Query">How a grounding model is asked for it.</param>
/// <param name="Regions">When it should be heard; at least one.</param>
public sealed record WantedSound(string Label, string Query, IReadOnlyList<EventRegion> Regions);
