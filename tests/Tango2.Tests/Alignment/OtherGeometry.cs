using Tango2.Audio;
using Tango2.Diffusion;
using Tango2.Evaluation;
using Tango2.Models;
using Tango2.Pipelines;
using Tango2.Text;

namespace Tango2.Tests.Alignment;

/// <summary>A scale that is neither the published nor the mini one, with small random networks: all of it is data.</summary>
public sealed record OtherGeometry
{
    private static readonly string[] Captions =
    [
        "A dog barks followed by a bell ringing", "Rain falls and then a man speaks", "A car passes by",
        "Birds chirp before a door slams", "Glass breaks while a cat meows", "A loud siren wails",
    ];

    public required string Name { get; init; }
    public required MelConfig Mel { get; init; }
    public required UNet2DConditionConfig UNet { get; init; }
    public required AutoencoderKLConfig Vae { get; init; }
    public required HiFiGanConfig Vocoder { get; init; }
    public required T5Config TextEncoder { get; init; }
    public required int TextLength { get; init; }
    public required bool Padded { get; init; }
    public required NoiseSchedule Schedule { get; init; }
    public required GenerationOptions Defaults { get; init; }
    public required IReadOnlyList<ClapConfig> Claps { get; init; }
    public required int ClapTextLength { get; init; }
    public required Cnn14Config TaggerNet { get; init; }
    public required MelConfig TaggerMel { get; init; }
    public required GroundingConfig Grounding { get; init; }
    public required MelConfig GroundingMel { get; init; }
    public required int ProtocolRate { get; init; }

    /// <summary>The published proportions: 10 ms frames, 64 bins, latents of a quarter; listeners of other rates.</summary>
    public static OtherGeometry Published { get; } = new()
    {
        Name = "published",
        Mel = MelConfig.Tango2 with
        {
            SampleRate = 8000, FftLength = 512, WindowLength = 512, HopLength = 80, MaxFrequency = 4000,
            ClipSamples = 64 * 80,
        },
        UNet = UNet2DConditionConfig.Tango2 with
        {
            BlockOutChannels = [8, 16, 16, 16], AttentionHeadDim = [1, 2, 4, 4], CrossAttentionDim = 24, NormNumGroups = 4,
            LayersPerBlock = 1,
        },
        Vae = AutoencoderKLConfig.Tango2 with
        {
            Layers = AutoencoderKLConfig.Tango2.Layers with { Ch = 4, NumResBlocks = 1, NormNumGroups = 2 },
        },
        Vocoder = HiFiGanConfig.Tango2 with
        {
            UpsampleRates = [5, 4, 4], UpsampleKernelSizes = [11, 8, 8], UpsampleInitialChannel = 16,
            ResblockKernelSizes = [3], ResblockDilationSizes = [[1, 3]], HopSize = 80, SamplingRate = 8000,
        },
        TextEncoder = new() { VocabSize = 140, DModel = 24, DKv = 6, DFf = 32, NumLayers = 2, NumHeads = 4 },
        TextLength = 25,
        Padded = true,
        Schedule = new(),
        Defaults = new() { Steps = 3 },
        Claps =
        [
            Clap(rate: 48_000, hop: 120, frames: 256, bins: 16, side: 64, width: 8, depths: [1, 1, 1], heads: [1, 2, 4]),
            Clap(rate: 16_000, hop: 80, frames: 128, bins: 32, side: 64, width: 6, depths: [2, 1], heads: [2, 3]),
            Clap(rate: 8000, hop: 80, frames: 64, bins: 16, side: 32, width: 4, depths: [1, 1], heads: [2, 2]),
        ],
        ClapTextLength = 24,
        TaggerNet = new() { Widths = [6, 8, 8], Classes = 7, Mels = 64 },
        TaggerMel = MelConfig.Cnn14,
        Grounding = new()
        {
            Audio = new() { Mels = 64, Widths = [4, 4, 6, 6], LinearWidth = 8, GruWidth = 5 }, VocabSize = 60, EmbedDim = 10,
        },
        GroundingMel = MelConfig.Cnn14 with { SampleRate = 32_000, FftLength = 1024, WindowLength = 1024, HopLength = 320 },
        ProtocolRate = 16_000,
    };

    /// <summary>No power of two: 22,050 Hz, hops of 147, 24 bins, latents 4 × 15 × 12, 400 timesteps.</summary>
    public static OtherGeometry Odd { get; } = new()
    {
        Name = "odd",
        Mel = new()
        {
            SampleRate = 22_050, FftLength = 600, WindowLength = 441, HopLength = 147, MelBins = 24, MinFrequency = 30,
            MaxFrequency = 10_000, ClipSamples = 30 * 147,
        },
        UNet = new()
        {
            InChannels = 4, OutChannels = 4, BlockOutChannels = [12, 24, 36], AttentionHeadDim = [3, 2, 3],
            CrossAttentionDim = 22, NormNumGroups = 6, LayersPerBlock = 1, SinusoidalPositions = true,
            DownBlockTypes = ["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
            UpBlockTypes = ["CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"],
        },
        Vae = new()
        {
            Layers = new() { Ch = 6, ChMult = [1, 2], NumResBlocks = 1, ZChannels = 3, NormNumGroups = 3 },
            EmbedDim = 4,
            ScaleFactor = 1.7,
        },
        Vocoder = new()
        {
            UpsampleRates = [3, 7, 7], UpsampleKernelSizes = [5, 9, 9], UpsampleInitialChannel = 24,
            ResblockKernelSizes = [3, 5], ResblockDilationSizes = [[1], [1, 2]], NumMels = 24, HopSize = 147,
            SamplingRate = 22_050, WeightNorm = true,
        },
        TextEncoder = new() { VocabSize = 131, DModel = 22, DKv = 7, DFf = 18, NumLayers = 1, NumHeads = 3 },
        TextLength = 19,
        Padded = false,
        Schedule = new(steps: 400, betaStart: 0.001, betaEnd: 0.03, PredictionType.Epsilon, BetaSpacing.Linear),
        Defaults = new() { Steps = 4, GuidanceScale = 1.5, Sampler = Sampler.DpmSolver, BatchSize = 3 },
        Claps =
        [
            Clap(rate: 22_050, hop: 147, frames: 30, bins: 32, side: 32, width: 12, depths: [1, 2], heads: [2, 3]),
            Clap(rate: 11_025, hop: 35, frames: 63, bins: 16, side: 32, width: 10, depths: [2, 1], heads: [2, 2]),
            Clap(rate: 22_050, hop: 90, frames: 49, bins: 20, side: 40, width: 6, depths: [1], heads: [3], window: 5),
        ],
        ClapTextLength = 23,
        TaggerNet = new() { Widths = [5, 9], Classes = 4, Mels = 20 },
        TaggerMel = new()
        {
            SampleRate = 22_050, FftLength = 500, WindowLength = 500, HopLength = 210, MelBins = 20, MinFrequency = 0,
            MaxFrequency = 9000, ClipSamples = 4410,
        },
        Grounding = new()
        {
            Audio = new() { Mels = 18, Widths = [4, 6], TimePools = [3, 1], LinearWidth = 7, GruWidth = 3 },
            VocabSize = 43,
            EmbedDim = 6,
        },
        GroundingMel = new()
        {
            SampleRate = 11_025, FftLength = 300, WindowLength = 300, HopLength = 55, MelBins = 18, MinFrequency = 20,
            MaxFrequency = 5000, ClipSamples = 2205,
        },
        ProtocolRate = 22_050,
    };

    public override string ToString() => Name;

    /// <summary>Seconds of a clip.</summary>
    public double Seconds => (double)Mel.ClipSamples / Mel.SampleRate;

    public TextToAudio Tango() => new(Text(), NewUNet(), NewVae(), NewVocoder(), Mel, Schedule, Defaults);

    public PromptEncoder Text() => new(
        new(new UnigramTokenizer(UnigramTrainer.Train(Captions, (int)TextEncoder.VocabSize)), TextLength, padded: Padded),
        Ready(() => new T5EncoderModel(TextEncoder)));

    public UNet2DConditionModel NewUNet() => Ready(() => new UNet2DConditionModel(UNet));

    public AutoencoderKL NewVae() => Ready(() => new AutoencoderKL(Vae));

    public HiFiGanGenerator NewVocoder() => Ready(() => new HiFiGanGenerator(Vocoder));

    public ClapScorer Scorer(int model) => new(
        Ready(() => new ClapModel(Claps[model]), seed: model), new(ClapTokenizer(), ClapTextLength), $"{model + 1}");

    public Tagger Tagger() => new(Ready(() => new Cnn14Model(TaggerNet)), new(TaggerMel));

    public EventGrounder Grounder() =>
        new(Ready(() => new GroundingModel(Grounding)), WordVocabulary.Build(Captions), new(GroundingMel));

    public Evaluator Evaluator() => new(Scorer(0), Scorer(2), Tagger(), Grounder());

    public static ByteLevelBpeTokenizer ClapTokenizer()
    {
        var (vocab, merges) = ByteLevelBpeTrainer.Train(Captions, ClapVocabulary);
        return new(vocab, merges);
    }

    private const int ClapVocabulary = 300;

    private static ClapConfig Clap(
        int rate, int hop, int frames, int bins, int side, int width, int[] depths, int[] heads, int window = 4) => new()
    {
        Htsat = new()
        {
            SpecSize = side, EmbedDim = width, Depths = depths, NumHeads = heads, WindowSize = window, NumClasses = 5,
        },
        AudioCfg = new()
        {
            AudioLength = frames, ClipSamples = frames * hop, MelBins = bins, SampleRate = rate, WindowSize = 320,
            HopSize = hop, Fmax = rate / 2.0, ClassNum = 5,
        },
        Roberta = new()
        {
            VocabSize = ClapVocabulary, HiddenSize = 12, NumHiddenLayers = 1, NumAttentionHeads = 3, IntermediateSize = 20,
            MaxPositionEmbeddings = 26, InitializerRange = 0.5,
        },
        JointEmbedShape = 14,
    };

    // Random weights that are the same at each call; most networks draw from torch's global generator.
    private static T Ready<T>(Func<T> build, int seed = 0)
        where T : nn.Module
    {
        random.manual_seed(seed + 5);
        var network = build();
        network.eval();
        foreach (var parameter in network.parameters()) parameter.requires_grad = false;
        return network;
    }
}
