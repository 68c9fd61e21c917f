using Tango2.Audio;
using Tango2.Display;
using Tango2.Lab;
using Tango2.Pipelines;

namespace Tango2.Studies;

/// <summary>All models of the mini scale in one place, each loaded when it is first asked for: what notebooks start from.</summary>
/// <param name="models">The weights.</param>
public sealed class Studio(ModelStore models)
{
    private readonly Lazy<TextToAudio> _base = new(() => new(models)), _aligned = new(() => new(models, "aligned"));
    private readonly Lazy<ClapScorer> _clapA = new(() => new(models, "a")), _clapB = new(() => new(models, "b"));
    private readonly Lazy<ClapScorer> _judge = new(() => new(models, "judge"));
    private readonly Lazy<SceneDetector> _detector = new(() => new(models));
    private readonly Lazy<EventGrounder> _grounder = new(() => new(models));
    private readonly Lazy<Evaluator> _evaluator = new(() => new(models));

    /// <summary>The studio of <see cref="ModelStore.Default"/>.</summary>
    public static Studio Open() => new(ModelStore.Default);

    /// <summary>The weights.</summary>
    public ModelStore Models { get; } = models;

    /// <summary>Tango before alignment.</summary>
    public TextToAudio Base => _base.Value;

    /// <summary>Tango after diffusion-DPO: the mini Tango 2.</summary>
    public TextToAudio Aligned => _aligned.Value;

    /// <summary>The filter's first CLAP model, which also is the paper's metric.</summary>
    public ClapScorer ClapA => _clapA.Value;

    /// <summary>The filter's second CLAP model.</summary>
    public ClapScorer ClapB => _clapB.Value;

    /// <summary>The CLAP model that has no part in making the data.</summary>
    public ClapScorer Judge => _judge.Value;

    /// <summary>The detector trained on exact event times.</summary>
    public SceneDetector Detector => _detector.Value;

    /// <summary>The grounding model of STEAM.</summary>
    public EventGrounder Grounder => _grounder.Value;

    /// <summary>Measures whole models.</summary>
    public Evaluator Evaluator => _evaluator.Value;

    /// <summary>Players for clips [B, N], each under its name.</summary>
    /// <exception cref="ArgumentException">There is not one name for each clip; the message tells both numbers.</exception>
    public static Row Players(Tensor waveforms, params string[] names)
    {
        if (waveforms.shape[0] != names.Length)
            throw new ArgumentException($"Each of {waveforms.shape[0]} clips needs a name, but there are {names.Length} names.");
        return new([.. names.Select((name, i) =>
            (name, (object)new AudioPlayer(Waveform.FromTensor(waveforms[i], ModelStore.Mel.SampleRate))))]);
    }
}
