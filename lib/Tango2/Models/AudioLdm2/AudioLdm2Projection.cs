// Keys and numerics of diffusers' AudioLDM2ProjectionModel (v0.21.4), written from its architecture.
using System.Text.Json.Serialization;
using Tango2.Files;
using Tango2.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace Tango2.Models;

/// <summary>Widths that AudioLDM 2's projection joins, with the names of its config.json.</summary>
internal sealed record AudioLdm2ProjectionConfig
{
    /// <summary>Width of CLAP's embedding.</summary>
    public required int TextEncoderDim { get; init; }

    /// <summary>Width of the text encoder's states; the key has its number inside.</summary>
    [JsonPropertyName("text_encoder_1_dim")]
    public required int TextEncoder1Dim { get; init; }

    /// <summary>Width of the language model; the key is misspelt in the reference.</summary>
    [JsonPropertyName("langauge_model_dim")]
    public required int LanguageModelDim { get; init; }

    /// <summary>Reads the text of a projection_model/config.json. Keys beginning with an underscore are ignored.</summary>
    /// <exception cref="InvalidDataException">The text is no such configuration.</exception>
    public static AudioLdm2ProjectionConfig FromJson(string json) => ConfigJson.Read<AudioLdm2ProjectionConfig>(
        ConfigJson.Object(json, "AudioLDM 2's projection").ToJsonString(), "AudioLDM 2's projection");
}

/// <summary>CLAP's embedding and the text encoder's states as one sequence in the language model's width.</summary>
internal sealed class AudioLdm2Projection : Module<Tensor, Tensor, Tensor, (Tensor States, Tensor Mask)>
{
    private readonly Linear projection, projection_1;
    private readonly Parameter sos_embed, eos_embed, sos_embed_1, eos_embed_1;

    /// <summary>Builds the layers with random weights.</summary>
    public AudioLdm2Projection(AudioLdm2ProjectionConfig config) : base(nameof(AudioLdm2Projection))
    {
        Config = config;
        projection = Linear(config.TextEncoderDim, config.LanguageModelDim);
        projection_1 = Linear(config.TextEncoder1Dim, config.LanguageModelDim);
        sos_embed = new(ones(config.LanguageModelDim, device: CPU));
        eos_embed = new(ones(config.LanguageModelDim, device: CPU));
        sos_embed_1 = new(ones(config.LanguageModelDim, device: CPU));
        eos_embed_1 = new(ones(config.LanguageModelDim, device: CPU));
        RegisterComponents();
    }

    /// <summary>The widths it was built with.</summary>
    public AudioLdm2ProjectionConfig Config { get; }

    /// <summary>[start, CLAP, end, start, text…, end], each part with vectors of its own around it.</summary>
    /// <param name="clap">CLAP's embedding, [B, D].</param>
    /// <param name="text">The text encoder's states, [B, S, W].</param>
    /// <param name="mask">[B, S], int64, 1 for a token.</param>
    /// <returns>States [B, S + 5, L] and mask [B, S + 5], 1 also for what stands around the parts.</returns>
    public override (Tensor States, Tensor Mask) forward(Tensor clap, Tensor text, Tensor mask)
    {
        Shape.Check(clap, "B, D").And(text, "B, S, W").And(mask, "B, S");
        using var scope = NewDisposeScope();
        Tensor Edge(Parameter vector) => vector.expand(clap.shape[0], 1, -1);
        var states = cat(
            [
                Edge(sos_embed), projection.call(clap).unsqueeze(1), Edge(eos_embed),
                Edge(sos_embed_1), projection_1.call(text), Edge(eos_embed_1),
            ], dim: 1);
        var one = mask.new_ones(mask.shape[0], 1);
        var whole = cat([one, one, one, one, mask, one], dim: 1);
        return (states.MoveToOuterDisposeScope(), whole.MoveToOuterDisposeScope());
    }
}
