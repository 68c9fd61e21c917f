using System.Text.Json;
using System.Text.Json.Serialization;
using Tango2.Files;

namespace Tango2.Models;

/// <summary>Sizes of a CLAP model: an HTSAT audio branch, a RoBERTa text branch and a joint space.</summary>
public sealed record ClapConfig
{
    /// <summary>The audio network.</summary>
    public required HtsatConfig Htsat { get; init; }

    /// <summary>The audio input.</summary>
    public required ClapAudioConfig AudioCfg { get; init; }

    /// <summary>The text input.</summary>
    [JsonInclude]
    internal ClapTextConfig TextCfg { get; init; } = new();

    /// <summary>The text network.</summary>
    public required RobertaConfig Roberta { get; init; }

    /// <summary>Width D of the joint space.</summary>
    public int JointEmbedShape { get; init; } = 512;

    /// <summary>Activation between the layers of a projection: "relu" or "gelu".</summary>
    public string MlpAct { get; init; } = "relu";

    /// <summary>Whether clips longer than the window are heard as a whole and three parts, fused.</summary>
    public bool EnableFusion { get; init; }

    /// <summary>The kind of fusion, "None" without; only "aff_2d", attentional feature fusion, is known.</summary>
    public string FusionType { get; init; } = "None";

    // Whether there are the layers of LAION's second loss, which transformers leaves out.
    [JsonIgnore] internal bool Transforms { get; init; } = true;

    /// <summary>The published 630k-audioset-best: HTSAT-tiny and roberta-base, 48 kHz, ten seconds.</summary>
    public static ClapConfig Laion630k { get; } = new()
    {
        Htsat = new() { SpecSize = 256, EmbedDim = 96, Depths = [2, 2, 6, 2], NumHeads = [4, 8, 16, 32] },
        AudioCfg = new() { ClipSamples = 480_000, MelBins = 64, SampleRate = 48_000, HopSize = 480, Fmax = 14_000 },
        Roberta = new()
        {
            VocabSize = 50_265,
            HiddenSize = 768,
            NumHiddenLayers = 12,
            NumAttentionHeads = 12,
            IntermediateSize = 3072,
            MaxPositionEmbeddings = 514,
        },
    };

    /// <summary>The published 630k-audioset-fusion-best: the same sizes, with long clips fused.</summary>
    public static ClapConfig Laion630kFusion { get; } =
        Laion630k with { EnableFusion = true, FusionType = "aff_2d" };

    /// <summary>Reads a configuration in JSON, named as the properties here in snake_case.</summary>
    /// <exception cref="JsonException">A key is unknown or missing.</exception>
    public static ClapConfig FromJson(string json) =>
        JsonSerializer.Deserialize<ClapConfig>(json, ConfigJson.Strict)
        ?? throw new JsonException("A CLAP configuration must be a JSON object, but is null.");

    /// <summary>Throws if the sizes do not fit together or ask for what is not here.</summary>
    internal void Validate()
    {
        Require(!EnableFusion || FusionType == "aff_2d", $"FusionType must be aff_2d with fusion, but is {FusionType}");
        Require(AudioCfg.ModelType == "HTSAT", $"AudioCfg.ModelType must be HTSAT, but is {AudioCfg.ModelType}");
        Require(TextCfg.ModelType == "roberta", $"TextCfg.ModelType must be roberta, but is {TextCfg.ModelType}");
        Require(Roberta.HiddenAct == "gelu", $"Roberta.HiddenAct must be gelu, but is {Roberta.HiddenAct}");
        Require(Roberta.NumAttentionHeads > 0 && Roberta.HiddenSize % Roberta.NumAttentionHeads == 0,
            $"Roberta.HiddenSize must be a multiple of Roberta.NumAttentionHeads, but is {Roberta.HiddenSize} with {Roberta.NumAttentionHeads} heads");
        Require(MlpAct is "relu" or "gelu", $"MlpAct must be relu or gelu, but is {MlpAct}");
        Require(Htsat.Depths.Count == Htsat.NumHeads.Count,
            $"Htsat.Depths and Htsat.NumHeads must be equally long, but have {Htsat.Depths.Count} and {Htsat.NumHeads.Count} entries");
        Require(Htsat.SpecSize % AudioCfg.MelBins == 0,
            $"Htsat.SpecSize must be a multiple of AudioCfg.MelBins, but is {Htsat.SpecSize} with {AudioCfg.MelBins} bands");
        for (var i = 0; i < Htsat.Depths.Count; i++)
        {
            var side = Htsat.Grid >> i;
            var window = Math.Min(side, Htsat.WindowSize);
            Require(window > 0 && side % window == 0 && side << i == Htsat.Grid,
                $"stage {i} is {side} tokens wide, which windows of {Htsat.WindowSize} do not tile");
            Require((Htsat.EmbedDim << i) % Htsat.NumHeads[i] == 0,
                $"stage {i} has width {Htsat.EmbedDim << i}, which {Htsat.NumHeads[i]} heads do not divide");
        }
    }

    private static void Require(bool condition, string message)
    {
        if (!condition) throw new ArgumentException(message + ".");
    }
}

/// <summary>What the audio branch of CLAP listens to: the audio_cfg of a LAION-CLAP configuration.</summary>
public sealed record ClapAudioConfig
{
    /// <summary>Frames of a clip, rounded up to what the image takes.</summary>
    public int AudioLength { get; init; } = 1024;

    /// <summary>Samples of a clip.</summary>
    public required int ClipSamples { get; init; }

    /// <summary>Mel bands F of the log-mel spectrogram.</summary>
    public required int MelBins { get; init; }

    /// <summary>Sample rate, Hz.</summary>
    public required int SampleRate { get; init; }

    /// <summary>Length of the Hann window and of the transform, samples.</summary>
    public int WindowSize { get; init; } = 1024;

    /// <summary>Distance between frames, samples.</summary>
    public required int HopSize { get; init; }

    /// <summary>Lower edge of the first mel band, Hz.</summary>
    public double Fmin { get; init; } = 50;

    /// <summary>Upper edge of the last mel band, Hz.</summary>
    public required double Fmax { get; init; }

    /// <summary>Classes of the sound event head.</summary>
    public int ClassNum { get; init; } = 527;

    /// <summary>The audio network; only "HTSAT" is known.</summary>
    public string ModelType { get; init; } = "HTSAT";

    /// <summary>The audio network's size, as LAION names it.</summary>
    public string ModelName { get; init; } = "tiny";
}

/// <summary>The text_cfg of a LAION-CLAP configuration, without the sizes of the CLIP transformer that RoBERTa replaces.</summary>
[Unread("vocab_size", "width", "heads", "layers")]
internal sealed record ClapTextConfig
{
    /// <summary>Tokens that captions are padded or cut to.</summary>
    public int ContextLength { get; init; } = 77;

    /// <summary>The text network; only "roberta" is known.</summary>
    public string ModelType { get; init; } = "roberta";
}

/// <summary>Sizes of the HTSAT audio transformer: a Swin transformer on a spectrogram folded into a square image.</summary>
public sealed record HtsatConfig
{
    /// <summary>Side of the square image, in pixels; the image holds SpecSize / MelBins chunks of time, stacked.</summary>
    public required int SpecSize { get; init; }

    /// <summary>Side of a patch, in pixels.</summary>
    public int PatchSize { get; init; } = 4;

    /// <summary>Distance between patches, in pixels.</summary>
    public int PatchStride { get; init; } = 4;

    /// <summary>Width of the first stage; each further stage has twice the width of the one before.</summary>
    public required int EmbedDim { get; init; }

    /// <summary>Blocks in each stage.</summary>
    public required IReadOnlyList<int> Depths { get; init; }

    /// <summary>Attention heads in each stage.</summary>
    public required IReadOnlyList<int> NumHeads { get; init; }

    /// <summary>Side of an attention window, in tokens.</summary>
    public int WindowSize { get; init; } = 8;

    /// <summary>Width of the hidden layer of a block's MLP over the block's width.</summary>
    public double MlpRatio { get; init; } = 4;

    /// <summary>Classes of the sound event head, which embeddings do not use; 0 leaves the head out.</summary>
    public int NumClasses { get; init; } = 527;

    /// <summary>Whether a learned absolute position embedding is added to the patches.</summary>
    public bool Ape { get; init; }

    /// <summary>Side of the image in patches.</summary>
    internal int Grid => SpecSize / PatchStride;

    /// <summary>Width of the last stage, and so of the embedding.</summary>
    public int NumFeatures => EmbedDim << (Depths.Count - 1);
}

/// <summary>Sizes of a RoBERTa text encoder, named as in its config.json.</summary>
[Unread("bos_token_id", "eos_token_id", "architectures", "model_type", "position_embedding_type", "transformers_version", "use_cache",
    "classifier_dropout", "torch_dtype", "gradient_checkpointing")]
public sealed record RobertaConfig
{
    /// <summary>Rows of the token embedding.</summary>
    public required int VocabSize { get; init; }

    /// <summary>Width D of the hidden states.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Number of layers.</summary>
    public required int NumHiddenLayers { get; init; }

    /// <summary>Attention heads per layer.</summary>
    public required int NumAttentionHeads { get; init; }

    /// <summary>Width of the hidden layer of the feed-forward part.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>Rows of the position embedding; the first PadTokenId + 1 are reserved.</summary>
    public required int MaxPositionEmbeddings { get; init; }

    /// <summary>Id of the padding token; the first token's position is this plus one.</summary>
    public int PadTokenId { get; init; } = 1;

    /// <summary>Rows of the token type embedding, of which the first is used.</summary>
    public int TypeVocabSize { get; init; } = 1;

    /// <summary>Epsilon of the layer normalisations.</summary>
    public double LayerNormEps { get; init; } = 1e-5;

    /// <summary>Activation of the feed-forward part; only "gelu" is known.</summary>
    public string HiddenAct { get; init; } = "gelu";

    /// <summary>Dropout of hidden states, in training.</summary>
    public double HiddenDropoutProb { get; init; } = 0.1;

    /// <summary>Dropout of attention weights, in training.</summary>
    public double AttentionProbsDropoutProb { get; init; } = 0.1;

    /// <summary>Standard deviation of new weights.</summary>
    public double InitializerRange { get; init; } = 0.02;
}
