using System.Text.Json.Nodes;
using Tango2.Audio;
using Tango2.Files;
using Tango2.Models;

namespace Tango2.Published;

/// <summary>A CLAP's config.json as transformers writes it, with both encoders' inside; what is left out is its default.</summary>
[OfTransformers("hidden_size", "initializer_factor", "logit_scale_init_value", "num_hidden_layers")]
internal sealed record TransformersClap
{
    public required TextEncoder TextConfig { get; init; }

    public required AudioEncoder AudioConfig { get; init; }

    public int ProjectionDim { get; init; } = 512;

    public string ProjectionHiddenAct { get; init; } = "relu";

    /// <summary>Reads a text_encoder/config.json.</summary>
    /// <exception cref="InvalidDataException">The text is no such configuration, or asks for what is not built.</exception>
    public static TransformersClap FromJson(string json) => ConfigJson.ReadBare<TransformersClap>(json, "a CLAP", config => config.Checked());

    /// <summary>The network's sizes, with the geometry of what it hears.</summary>
    public ClapConfig With(MelConfig mel) => new()
    {
        Htsat = new()
        {
            SpecSize = AudioConfig.SpecSize,
            PatchSize = AudioConfig.PatchSize,
            PatchStride = AudioConfig.PatchStride[0],
            EmbedDim = AudioConfig.PatchEmbedsHiddenSize,
            Depths = AudioConfig.Depths,
            NumHeads = AudioConfig.NumAttentionHeads,
            WindowSize = AudioConfig.WindowSize,
            MlpRatio = AudioConfig.MlpRatio,
            NumClasses = 0,
        },
        AudioCfg = new()
        {
            ClipSamples = mel.ClipSamples,
            MelBins = AudioConfig.NumMelBins,
            SampleRate = mel.SampleRate,
            WindowSize = mel.FftLength,
            HopSize = mel.HopLength,
            Fmin = mel.MinFrequency,
            Fmax = mel.MaxFrequency,
        },
        Roberta = new()
        {
            VocabSize = TextConfig.VocabSize,
            HiddenSize = TextConfig.HiddenSize,
            NumHiddenLayers = TextConfig.NumHiddenLayers,
            NumAttentionHeads = TextConfig.NumAttentionHeads,
            IntermediateSize = TextConfig.IntermediateSize,
            MaxPositionEmbeddings = TextConfig.MaxPositionEmbeddings,
            PadTokenId = TextConfig.PadTokenId,
            TypeVocabSize = TextConfig.TypeVocabSize,
            LayerNormEps = TextConfig.LayerNormEps,
            HiddenAct = TextConfig.HiddenAct,
        },
        JointEmbedShape = ProjectionDim,
        MlpAct = ProjectionHiddenAct,
        Transforms = false,
    };

    private TransformersClap Checked()
    {
        Known.Only("audio_config.enable_fusion", AudioConfig.EnableFusion, false);
        Known.Only("audio_config.hidden_act", AudioConfig.HiddenAct, "gelu");
        Known.Only("audio_config.patch_embed_input_channels", AudioConfig.PatchEmbedInputChannels, 1);
        Known.Only("audio_config.enable_patch_layer_norm", AudioConfig.EnablePatchLayerNorm, true);
        Known.Only("audio_config.flatten_patch_embeds", AudioConfig.FlattenPatchEmbeds, true);
        Known.Only("audio_config.qkv_bias", AudioConfig.QkvBias, true);
        Known.Only("audio_config.layer_norm_eps", AudioConfig.LayerNormEps, 1e-5);
        Known.Only("the length of audio_config.patch_stride", AudioConfig.PatchStride.Count, 2);
        Known.Only("audio_config.patch_stride[1]", AudioConfig.PatchStride[1], AudioConfig.PatchStride[0]);
        Known.Only("audio_config.num_hidden_layers", AudioConfig.NumHiddenLayers, AudioConfig.Depths.Count);
        Known.Only("audio_config.hidden_size", AudioConfig.HiddenSize, AudioConfig.PatchEmbedsHiddenSize << (AudioConfig.Depths.Count - 1));
        Known.Only("text_config.position_embedding_type", TextConfig.PositionEmbeddingType, "absolute");
        Known.Only("audio_config.projection_dim", AudioConfig.ProjectionDim, ProjectionDim);
        Known.Only("text_config.projection_dim", TextConfig.ProjectionDim, ProjectionDim);
        Known.Only("audio_config.projection_hidden_act", AudioConfig.ProjectionHiddenAct, ProjectionHiddenAct);
        Known.Only("text_config.projection_hidden_act", TextConfig.ProjectionHiddenAct, ProjectionHiddenAct);
        return this;
    }

    /// <summary>The text encoder's part.</summary>
    [OfTransformers(
        "attention_probs_dropout_prob", "classifier_dropout", "fusion_hidden_act", "fusion_num_hidden_layers", "hidden_dropout_prob",
        "initializer_factor", "initializer_range", "use_cache")]
    internal sealed record TextEncoder
    {
        public int VocabSize { get; init; } = 50_265;
        public int HiddenSize { get; init; } = 768;
        public int NumHiddenLayers { get; init; } = 12;
        public int NumAttentionHeads { get; init; } = 12;
        public int IntermediateSize { get; init; } = 3072;
        public int MaxPositionEmbeddings { get; init; } = 514;
        public int TypeVocabSize { get; init; } = 1;
        public int PadTokenId { get; init; } = 1;
        public double LayerNormEps { get; init; } = 1e-12;
        public string HiddenAct { get; init; } = "gelu";
        public string PositionEmbeddingType { get; init; } = "absolute";
        public int ProjectionDim { get; init; } = 512;
        public string ProjectionHiddenAct { get; init; } = "relu";
    }

    /// <summary>The audio encoder's part.</summary>
    [OfTransformers(
        "aff_block_r", "attention_probs_dropout_prob", "drop_path_rate", "fusion_hidden_act", "fusion_num_hidden_layers", "fusion_type",
        "hidden_dropout_prob", "initializer_factor", "initializer_range", "num_classes", "pad_token_id")]
    internal sealed record AudioEncoder
    {
        public int WindowSize { get; init; } = 8;
        public int NumMelBins { get; init; } = 64;
        public int SpecSize { get; init; } = 256;
        public int PatchSize { get; init; } = 4;
        public IReadOnlyList<int> PatchStride { get; init; } = [4, 4];
        public int HiddenSize { get; init; } = 768;
        public int NumHiddenLayers { get; init; } = 4;
        public IReadOnlyList<int> Depths { get; init; } = [2, 2, 6, 2];
        public IReadOnlyList<int> NumAttentionHeads { get; init; } = [4, 8, 16, 32];
        public int PatchEmbedsHiddenSize { get; init; } = 96;
        public int PatchEmbedInputChannels { get; init; } = 1;
        public bool EnablePatchLayerNorm { get; init; } = true;
        public bool FlattenPatchEmbeds { get; init; } = true;
        public bool QkvBias { get; init; } = true;
        public bool EnableFusion { get; init; }
        public double MlpRatio { get; init; } = 4;
        public double LayerNormEps { get; init; } = 1e-5;
        public string HiddenAct { get; init; } = "gelu";
        public int ProjectionDim { get; init; } = 512;
        public string ProjectionHiddenAct { get; init; } = "relu";
    }
}

/// <summary>The preprocessor_config.json of transformers' ClapFeatureExtractor: what CLAP hears of a clip.</summary>
[Unread(
    "chunk_length_s", "feature_extractor_type", "max_length_s", "n_fft", "padding_side", "processor_class", "return_attention_mask")]
internal sealed record ClapFeatures
{
    public int FeatureSize { get; init; } = 64;
    public int SamplingRate { get; init; } = 48_000;
    public int HopLength { get; init; } = 480;
    public int FftWindowSize { get; init; } = 1024;
    public double FrequencyMin { get; init; }
    public double FrequencyMax { get; init; } = 14_000;
    public required int NbMaxSamples { get; init; }
    public int? NbFrequencyBins { get; init; }
    public double PaddingValue { get; init; }
    public double? TopDb { get; init; }
    public string Padding { get; init; } = "repeatpad";
    public string Truncation { get; init; } = "fusion";

    /// <summary>Reads a preprocessor_config.json.</summary>
    /// <exception cref="InvalidDataException">The text is no such configuration, or asks for what is not built.</exception>
    public static MelConfig FromJson(string json)
    {
        var read = ConfigJson.ReadBare<ClapFeatures>(json, "a ClapFeatureExtractor", features => features.Checked());
        return new()
        {
            SampleRate = read.SamplingRate,
            FftLength = read.FftWindowSize,
            WindowLength = read.FftWindowSize,
            HopLength = read.HopLength,
            MelBins = read.FeatureSize,
            MinFrequency = read.FrequencyMin,
            MaxFrequency = read.FrequencyMax,
            ClipSamples = read.NbMaxSamples,
        };
    }

    private ClapFeatures Checked()
    {
        Known.Only("truncation", Truncation, "rand_trunc");
        Known.Only("padding", Padding, "repeatpad");
        Known.Only("padding_value", PaddingValue, 0);
        Known.Only("top_db", TopDb, null);
        Known.Only("nb_frequency_bins", NbFrequencyBins ?? FftWindowSize / 2 + 1, FftWindowSize / 2 + 1);
        return this;
    }
}

/// <summary>The config.json of diffusers' AutoencoderKL.</summary>
[Unread("sample_size", "force_upcast")]
internal sealed record DiffusersAutoencoder
{
    public int InChannels { get; init; } = 1;
    public int OutChannels { get; init; } = 1;
    public required int LatentChannels { get; init; }
    public required IReadOnlyList<int> BlockOutChannels { get; init; }
    public int LayersPerBlock { get; init; } = 1;
    public int NormNumGroups { get; init; } = 32;
    public double ScalingFactor { get; init; } = 0.18215;
    public string ActFn { get; init; } = "silu";
    public required IReadOnlyList<string> DownBlockTypes { get; init; }
    public required IReadOnlyList<string> UpBlockTypes { get; init; }

    /// <summary>Reads a vae/config.json.</summary>
    /// <exception cref="InvalidDataException">The text is no such configuration, or asks for what is not built.</exception>
    public static AutoencoderKLConfig FromJson(string json)
    {
        var read = ConfigJson.ReadBare<DiffusersAutoencoder>(json, "an AutoencoderKL of diffusers", c => c.Checked());
        return new()
        {
            Layers = new()
            {
                ZChannels = read.LatentChannels,
                InChannels = read.InChannels,
                OutCh = read.OutChannels,
                Ch = read.BlockOutChannels[0],
                ChMult = [.. read.BlockOutChannels.Select(_ => 1)],
                Levels = read.BlockOutChannels,
                NumResBlocks = read.LayersPerBlock,
                NormNumGroups = read.NormNumGroups,
            },
            EmbedDim = read.LatentChannels,
            ScaleFactor = read.ScalingFactor,
        };
    }

    private DiffusersAutoencoder Checked()
    {
        Known.Only("act_fn", ActFn, "silu");
        Known.Only("in_channels", InChannels, 1);
        Known.Only("out_channels", OutChannels, 1);
        Known.Only("the length of down_block_types", DownBlockTypes.Count, BlockOutChannels.Count);
        Known.Only("the length of up_block_types", UpBlockTypes.Count, BlockOutChannels.Count);
        foreach (var type in DownBlockTypes) Known.Only("down_block_types", type, "DownEncoderBlock2D");
        foreach (var type in UpBlockTypes) Known.Only("up_block_types", type, "UpDecoderBlock2D");
        foreach (var channels in BlockOutChannels) Known.Only($"block_out_channels {channels} modulo norm_num_groups", channels % NormNumGroups, 0);
        return this;
    }
}

/// <summary>The config.json of transformers' SpeechT5HifiGan.</summary>
[OfTransformers("initializer_range")]
internal sealed record TransformersVocoder
{
    public required int ModelInDim { get; init; }
    public required int SamplingRate { get; init; }
    public required int UpsampleInitialChannel { get; init; }
    public required IReadOnlyList<int> UpsampleRates { get; init; }
    public required IReadOnlyList<int> UpsampleKernelSizes { get; init; }
    public required IReadOnlyList<int> ResblockKernelSizes { get; init; }
    public required IReadOnlyList<IReadOnlyList<int>> ResblockDilationSizes { get; init; }
    public double LeakyReluSlope { get; init; } = 0.1;
    public bool NormalizeBefore { get; init; } = true;

    /// <summary>Reads a vocoder/config.json.</summary>
    /// <exception cref="InvalidDataException">The text is no such configuration, or asks for what is not built.</exception>
    public static HiFiGanConfig FromJson(string json)
    {
        var read = ConfigJson.ReadBare<TransformersVocoder>(json, "a SpeechT5HifiGan", config => config.Checked());
        return new HiFiGanConfig
        {
            UpsampleRates = read.UpsampleRates,
            UpsampleKernelSizes = read.UpsampleKernelSizes,
            UpsampleInitialChannel = read.UpsampleInitialChannel,
            ResblockKernelSizes = read.ResblockKernelSizes,
            ResblockDilationSizes = read.ResblockDilationSizes,
            NumMels = read.ModelInDim,
            HopSize = read.UpsampleRates.Aggregate(1, (product, rate) => product * rate),
            SamplingRate = read.SamplingRate,
        }.Checked();
    }

    private TransformersVocoder Checked()
    {
        Known.Only("leaky_relu_slope", LeakyReluSlope, 0.1);
        Known.Only("normalize_before", NormalizeBefore, false);
        return this;
    }
}

/// <summary>The model_index.json of AudioLDM 2: which class each folder is of.</summary>
internal static class AudioLdm2Index
{
    private const string Pipeline = "AudioLDM2Pipeline";

    private static readonly Dictionary<string, string[]> Classes = new()
    {
        ["scheduler"] = ["DDIMScheduler"],
        ["text_encoder"] = ["ClapModel"],
        ["text_encoder_2"] = ["T5EncoderModel"],
        ["projection_model"] = ["AudioLDM2ProjectionModel"],
        ["language_model"] = ["GPT2Model", "GPT2LMHeadModel"],
        ["unet"] = ["AudioLDM2UNet2DConditionModel"],
        ["vae"] = ["AutoencoderKL"],
        ["vocoder"] = ["SpeechT5HifiGan"],
        ["tokenizer"] = ["RobertaTokenizer", "RobertaTokenizerFast"],
        ["tokenizer_2"] = ["T5Tokenizer", "T5TokenizerFast"],
        ["feature_extractor"] = ["ClapFeatureExtractor"],
    };

    /// <summary>Whether a text is such a file, whatever its parts are.</summary>
    public static bool Is(string json)
    {
        try
        {
            return (JsonNode.Parse(json) as JsonObject)?["_class_name"] is JsonValue name && name.TryGetValue(out string? found) && found == Pipeline;
        }
        catch (System.Text.Json.JsonException)
        {
            return false;
        }
    }

    /// <summary>Refuses other pipelines, and parts of other classes, such as the ones for speech.</summary>
    /// <exception cref="InvalidDataException">The message names the part and its class.</exception>
    public static JsonObject Check(string json)
    {
        var index = PublishedFiles.Object(json);
        Known.Only("_class_name", (string?)index["_class_name"], Pipeline);
        foreach (var (part, classes) in Classes)
        {
            var found = (index[part] as JsonArray)?.LastOrDefault()?.ToString() ?? "missing";
            if (!classes.Contains(found))
                throw new InvalidDataException($"{part} must be {string.Join(" or ", classes)}, but is {found}.");
        }
        return index;
    }
}

/// <summary>Refuses settings that are known with one value only.</summary>
internal static class Known
{
    /// <exception cref="ArgumentException">The value is another; the message names the key.</exception>
    public static void Only<T>(string key, T found, T known)
    {
        if (!EqualityComparer<T>.Default.Equals(found, known))
            throw new ArgumentException(FormattableString.Invariant(
                $"{key} must be {(known is null ? "null" : known)}, but is {(found is null ? "null" : found)}."));
    }
}
