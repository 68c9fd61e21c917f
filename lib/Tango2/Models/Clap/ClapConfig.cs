using System.Text.Json;
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
    public ClapTextConfig TextCfg { get; init; } = new();

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

    /// <summary>The small model: 2.56 seconds at 16 kHz as 32 mel bands by 128 frames.</summary>
    /// <remarks>
    /// The last stage is one window of 4 × 4 tokens, and patches carry absolute positions, so that the embedding can
    /// tell what came first.
    /// </remarks>
    public static ClapConfig Mini { get; } = new()
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
            VocabSize = 512,
            HiddenSize = 64,
            NumHiddenLayers = 3,
            NumAttentionHeads = 4,
            IntermediateSize = 128,
            MaxPositionEmbeddings = 82,
            HiddenDropoutProb = 0,
            AttentionProbsDropoutProb = 0,
        },
        JointEmbedShape = 64,
    };

    /// <summary>The small model with another vocabulary.</summary>
    /// <param name="vocabSize">Number of token ids.</param>
    public static ClapConfig MiniWith(int vocabSize) =>
        Mini with { Roberta = Mini.Roberta with { VocabSize = vocabSize } };

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
