using Tango2.Alignment;
using Tango2.Audio;
using Tango2.Diffusion;
using Tango2.Mini.Foley;
using Tango2.Models;
using Tango2.Pipelines;
using Tango2.Preferences;
using Tango2.Text;
using Tango2.Training;

namespace Tango2.Mini;

/// <summary>The mini scale: configurations, lengths and settings that the scale-free code is given. All of it is data.</summary>
public static class MiniScale
{
    internal const int Vocabulary = 2048;

    private const int Words = 1024;

    /// <summary>Tokens that the text encoder reads of a caption.</summary>
    public const int TextLength = 64;

    /// <summary>Tokens that a CLAP text branch reads.</summary>
    public const int ClapTextLength = 80;

    /// <summary>The names of the CLAP models: two of the filter, and the judge, which only evaluates.</summary>
    internal static readonly string[] ClapNames = ["a", "b", "judge"];

    /// <summary>Tango's spectrograms, for two CPU cores: 32 bins, 128 frames of 20 ms.</summary>
    public static MelConfig Mel { get; } = MelConfig.Tango2 with { HopLength = 320, MelBins = 32, ClipSamples = 40_960 };

    /// <summary>The spectrograms of tagger, grounding model and detector: 20 ms a frame.</summary>
    public static MelConfig ListenerMel { get; } = Mel with { MinFrequency = 50 };

    /// <summary>The denoiser, small enough to train on two CPU cores in an evening.</summary>
    public static UNet2DConditionConfig UNet { get; } = new()
    {
        InChannels = 8,
        OutChannels = 8,
        BlockOutChannels = [64, 96, 128, 128],
        LayersPerBlock = 1,
        AttentionHeadDim = [2, 4, 4, 4],
        CrossAttentionDim = 128,
        NormNumGroups = 8,
        SinusoidalPositions = true,
    };

    /// <summary>The autoencoder: mel [B, 1, 128, 32] to latents [B, 8, 32, 8]. Its scale factor is its weights'.</summary>
    public static AutoencoderKLConfig Vae { get; } = new()
    {
        Layers = new() { Ch = 16, ChMult = [1, 2, 2], NumResBlocks = 1, ZChannels = 8, NormNumGroups = 4 },
        EmbedDim = 8,
        ScaleFactor = 1,
    };

    /// <summary>The vocoder: mel [B, 32, T] at a hop of 320 to 320·T samples.</summary>
    /// <remarks>The last step's filters are long enough to hold a tone of any pitch by themselves.</remarks>
    public static HiFiGanConfig Vocoder { get; } = new()
    {
        UpsampleRates = [5, 64],
        UpsampleKernelSizes = [11, 128],
        UpsampleInitialChannel = 128,
        ResblockKernelSizes = [3],
        ResblockDilationSizes = [[1, 3]],
        NumMels = 32,
        HopSize = 320,
        SamplingRate = 16_000,
        WeightNorm = true,
    };

    /// <summary>The text encoder: less than a million parameters.</summary>
    public static T5Config TextEncoder { get; } = new()
    {
        VocabSize = Vocabulary,
        DModel = 128,
        DKv = 32,
        DFf = 256,
        NumLayers = 4,
        NumHeads = 4,
        DropoutRate = 0,
    };

    /// <summary>The tagger: 32 mel bands, embeddings of 64.</summary>
    public static Cnn14Config Tagger { get; } = new()
    {
        Widths = [16, 32, 64, 64],
        Classes = SoundEvents.All.Count,
        Mels = 32,
        BlockDropout = 0,
        HeadDropout = 0.2,
    };

    /// <summary>The audio encoder of grounding model and detector: 40 ms a step.</summary>
    public static GroundingAudioConfig GroundingAudio { get; } = new()
    {
        Mels = 32,
        Widths = [16, 32, 64, 64],
        TimePools = [2, 1, 1, 1],
        LinearWidth = 64,
        GruWidth = 32,
        BlockDropout = 0,
        HeadDropout = 0.2,
    };

    /// <summary>The grounding model of STEAM.</summary>
    public static GroundingConfig Grounding { get; } = new() { Audio = GroundingAudio, VocabSize = Words, EmbedDim = 64 };

    /// <summary>The schedule that the denoiser is trained with: Tango's.</summary>
    public static NoiseSchedule Schedule { get; } = new();

    /// <summary>How clips are generated; TRAINING.md tells why guidance is not the paper's 3, `train mini samplers` compares samplers.</summary>
    public static GenerationOptions Generation { get; } = new() { Sampler = Sampler.SdeDpmSolver, Steps = 12, GuidanceScale = 2 };

    /// <summary>The settings of the shipped alignment, SFT and then DPO as in the paper; TRAINING.md tells how they were found.</summary>
    public static PreferenceOptions Alignment { get; } = new()
    {
        Beta = 500,
        LearningRate = 3e-5,
        Schedule = RateSchedule.LinearToShare,
        WarmupEpochs = 0.25,
        FinalRate = 0.1,
        MaxNorm = 1,
    };

    /// <summary>
    /// A recipe for the paper's guidance: DPO of the guided prediction, held to the reference, on pairs of one noise; see TRAINING.md.
    /// </summary>
    public static PreferenceOptions GuidedAlignment { get; } = new()
    {
        Objective = new GuidedDpo(Guidance: 3, Anchor: 100),
        Beta = 100,
        LearningRate = 1e-4,
        Batch = 16,
        SftEpochs = 0,
        DpoEpochs = 2,
        FirstTimestep = 300,
        WarmupEpochs = 0.1,
        Schedule = RateSchedule.LinearToShare,
        FinalRate = 0.1,
        MaxNorm = 1,
        EmaDecay = 0.97,
    };

    /// <summary>The filter's thresholds, chosen on validation prompts: see <see cref="Lab.ThresholdStage"/>.</summary>
    public static IReadOnlyList<ClapThresholds> Thresholds { get; } =
    [
        new("clap-a", Alpha: 0.5, Beta: -0.2, DeltaMin: 0.02, DeltaMax: 0.9),
        new("clap-b", Alpha: 0.5, Beta: -0.2, DeltaMin: 0.02, DeltaMax: 0.9),
    ];

    /// <summary>The filter at these thresholds.</summary>
    public static ClapFilter Filter { get; } = new(Thresholds);

    /// <summary>The filter of the recipe for the paper's guidance: pairs of one noise, clearly apart by both models.</summary>
    public static ClapFilter GuidedFilter { get; } = new([.. Thresholds.Select(of => of with { DeltaMin = 0.15 })]);

    /// <summary>A CLAP model, by its name: 2.56 seconds as 32 mel bands by 128 frames; the judge's are 64 by 64.</summary>
    /// <remarks>
    /// The last stage is one window of 4 × 4 tokens, and patches carry absolute positions, so that the embedding can
    /// tell what came first. The judge sees other spectrograms and has another width.
    /// </remarks>
    /// <exception cref="ArgumentException">There is no model of that name.</exception>
    public static ClapConfig Clap(string name) => name switch
    {
        "a" => ClapA,
        "b" => ClapA with { Htsat = ClapA.Htsat with { EmbedDim = 24 } },
        "judge" => ClapA with
        {
            Htsat = ClapA.Htsat with { EmbedDim = 40 },
            AudioCfg = ClapA.AudioCfg with { MelBins = 64, HopSize = 640, AudioLength = 64 },
        },
        _ => throw new ArgumentException($"There is no CLAP model '{name}'; there are a, b and judge."),
    };

    /// <summary>Captions as the text encoder reads them: lower case, one length, so that a clip never depends on its batch.</summary>
    public static PromptTokenizer Prompts(UnigramTokenizer tokenizer) =>
        new(tokenizer, TextLength, lowerCase: true, padded: true);

    /// <summary>Captions as the CLAP models read them: lower case.</summary>
    public static PromptTokenizer ClapPrompts(ByteLevelBpeTokenizer tokenizer) =>
        new(tokenizer, ClapTextLength, lowerCase: true);

    private static ClapConfig ClapA { get; } = new()
    {
        Htsat = new()
        {
            SpecSize = 64,
            EmbedDim = 32,
            Depths = [2, 2, 2],
            NumHeads = [2, 4, 4],
            WindowSize = 4,
            NumClasses = 16,
            Ape = true,
        },
        AudioCfg = new()
        {
            AudioLength = 128,
            ClipSamples = 40_960,
            MelBins = 32,
            SampleRate = 16_000,
            HopSize = 320,
            Fmax = 8000,
            ClassNum = 16,
            ModelName = "mini",
        },
        Roberta = new()
        {
            VocabSize = Vocabulary,
            HiddenSize = 96,
            NumHiddenLayers = 3,
            NumAttentionHeads = 4,
            IntermediateSize = 192,
            MaxPositionEmbeddings = 114,
            HiddenDropoutProb = 0,
            AttentionProbsDropoutProb = 0,
        },
        JointEmbedShape = 64,
    };
}
