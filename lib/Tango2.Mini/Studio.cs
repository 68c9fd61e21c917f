using Tango2.Alignment;
using Tango2.Audio;
using Tango2.Display;
using Tango2.Evaluation;
using Tango2.Files;
using Tango2.Mini.Foley;
using Tango2.Mini.Lab;
using Tango2.Mini.Truth;
using Tango2.Models;
using Tango2.Pipelines;
using Tango2.Preferences;
using Tango2.Studies;

namespace Tango2.Mini;

/// <summary>All models of the mini scale in one place, each loaded when it is first asked for: what notebooks start from.</summary>
/// <param name="models">The weights.</param>
public sealed class Studio(MiniModels models)
{
    private readonly Lazy<TextToAudio> _base = new(() => models.TextToAudio()), _aligned = new(() => models.TextToAudio("aligned"));
    private readonly Lazy<TextToAudio> _guided = new(() => models.TextToAudio("guided"));
    private readonly Lazy<ClapScorer> _clapA = new(() => models.Clap("a")), _clapB = new(() => models.Clap("b"));
    private readonly Lazy<ClapScorer> _judge = new(() => models.Clap("judge"));
    private readonly Lazy<SceneDetector> _detector = new(models.Detector);
    private readonly Lazy<EventGrounder> _grounder = new(models.Grounder);
    private readonly Lazy<Evaluator> _evaluator = new(models.Evaluator);
    private readonly Lazy<CandidatePlan> _plan = new(models.Plan);

    /// <summary>The studio of <see cref="MiniModels.Default"/>.</summary>
    public static Studio Open() => new(MiniModels.Default);

    /// <summary>The weights.</summary>
    public MiniModels Models { get; } = models;

    /// <summary>Tango before alignment.</summary>
    public TextToAudio Base => _base.Value;

    /// <summary>Tango after diffusion-DPO: the mini Tango 2.</summary>
    public TextToAudio Aligned => _aligned.Value;

    /// <summary>Tango after the recipe for the paper's guidance.</summary>
    public TextToAudio Guided => _guided.Value;

    /// <summary>The filter's first CLAP model, which also is the paper's metric.</summary>
    public ClapScorer ClapA => _clapA.Value;

    /// <summary>The filter's second CLAP model.</summary>
    public ClapScorer ClapB => _clapB.Value;

    /// <summary>The filter's models, in the order of the pairs' scores.</summary>
    public IReadOnlyList<ClapScorer> Scorers => [ClapA, ClapB];

    /// <summary>The CLAP model that has no part in making the data.</summary>
    public ClapScorer Judge => _judge.Value;

    /// <summary>The detector trained on exact event times.</summary>
    public SceneDetector Detector => _detector.Value;

    /// <summary>The grounding model of STEAM.</summary>
    public EventGrounder Grounder => _grounder.Value;

    /// <summary>STEAM's listener: the grounding model.</summary>
    public Listener Steam => TemporalCaptions.Of(Grounder);

    /// <summary>The listener that knows the truth: the detector.</summary>
    public Listener Truth => Detector.Listener;

    /// <summary>Measures whole models.</summary>
    public Evaluator Evaluator => _evaluator.Value;

    /// <summary>Clips of evaluations that were made before: out/evaluation of the repository.</summary>
    public EvaluationClips Clips { get; } =
        new(Path.Combine(Repository.Root, "out", "evaluation"), models.DigestOf, MiniScale.Generation);

    /// <summary>A copy of the base's U-Net, to be trained.</summary>
    public UNet2DConditionModel NewPolicy() => Models.UNet("base");

    /// <summary>Pairs made ready for training by generating their clips again.</summary>
    /// <param name="pairs">At least one; of the folder's own candidates, or of the plan that is given.</param>
    /// <param name="plan">What the pairs were made by, which then may lack scores; null takes the plan of the folder.</param>
    /// <exception cref="ArgumentException">A pair is of another plan; the message names its clip and tells what to do.</exception>
    public PreferenceSet Pairs(IReadOnlyList<PreferencePair> pairs, CandidatePlan? plan = null)
    {
        using var clips = Remake(pairs, plan, heard: false).Clips;
        return PreferenceSet.From(pairs, clips, Base);
    }

    /// <summary>The sound of pairs' clips, made again in one batch for each number of steps, each clip once.</summary>
    /// <returns>Waveforms by the names that the pairs have for them.</returns>
    /// <inheritdoc cref="Pairs"/>
    public IReadOnlyDictionary<string, Waveform> Sounds(IReadOnlyList<PreferencePair> pairs, CandidatePlan? plan = null)
    {
        if (pairs.Count == 0) return new Dictionary<string, Waveform>();
        using var scope = NewDisposeScope();
        var clips = Remake(pairs, plan, heard: true);
        return pairs.SelectMany(pair => new[] { pair.Winner, pair.Loser }).Distinct().ToDictionary(name => name, clips.Waveform);
    }

    /// <summary>Clips [B, N] as they sound after the base's autoencoder and vocoder, which all generated clips have gone through.</summary>
    public Tensor Revoiced(Tensor waveforms) => new Revoicer(Models).All(waveforms);

    /// <summary>The curve of a stage that the lab has finished.</summary>
    /// <param name="stage">Such as "unet-aligned".</param>
    /// <exception cref="FileNotFoundException">The stage has no record.</exception>
    /// <exception cref="ArgumentException">There is no such stage; the message lists those there are.</exception>
    public TrainingRun Curve(string stage) => TrainingRun.Read(RecordOf(stage));

    /// <summary>What a stage that the lab has finished reached, by the names of its record.</summary>
    /// <inheritdoc cref="Curve"/>
    public IReadOnlyDictionary<string, double> Reached(string stage) => StageRecord.Reached(RecordOf(stage));

    /// <summary>Samplers beside DDPM's 200 steps; null if they are not measured.</summary>
    public SamplerTable? Samplers() => SamplerTable.Read(Models.PathOf("samplers.json"));

    /// <summary>Both models at several guidance scales.</summary>
    public GuidanceTable Guidance() => GuidanceTable.Read(Models.PathOf("guidance.json"));

    /// <summary>The base and the recipe for the paper's guidance at the same scales.</summary>
    public GuidanceTable GuidanceOfRecipe() => GuidanceTable.Read(Models.PathOf("guidance-guided.json"));

    /// <summary>The recipe beside the best of several clips and real ones; null if it is not measured.</summary>
    public RoomTable? Room() => RoomTable.Read(Models.PathOf("room.json"));

    /// <summary>The draw of data/mini/PROTOCOL.md; null if it is not made.</summary>
    public GainTable? Gain() => GainTable.Read(Models.PathOf("gain.json"));

    /// <summary>The ablation as far as it is made; null if nothing is.</summary>
    public AblationTable? Ablations() => AblationTable.Read(Models.PathOf("ablations.json"));

    /// <summary>The recipe for the paper's guidance with one thing changed at a time; null if nothing of it is made.</summary>
    public AblationTable? Recipes() => AblationTable.Read(Models.PathOf("recipes.json"));

    /// <summary>Players for clips [B, N], each under its name.</summary>
    /// <exception cref="ArgumentException">There is not one name for each clip; the message tells both numbers.</exception>
    public static Row Players(Tensor waveforms, params string[] names)
    {
        if (waveforms.shape[0] != names.Length)
            throw new ArgumentException($"Each of {waveforms.shape[0]} clips needs a name, but there are {names.Length} names.");
        return new([.. names.Select((name, i) =>
            (name, (object)new AudioPlayer(Waveform.FromTensor(waveforms[i], FoleyWorld.SampleRate))))]);
    }

    private string RecordOf(string stage)
    {
        var path = Models.PathOf(Path.Combine("training", $"{MiniLab.Stage(stage).Name}.json"));
        return File.Exists(path) ? path : throw new FileNotFoundException(
            $"{path} does not exist: run `tango2 train mini {stage}` to make it.", path);
    }

    private RemadeClips Remake(IReadOnlyList<PreferencePair> pairs, CandidatePlan? plan, bool heard) =>
        RemadeClips.Generate(Base, Scorers, pairs, plan ?? _plan.Value, scored: plan is null, heard);
}
