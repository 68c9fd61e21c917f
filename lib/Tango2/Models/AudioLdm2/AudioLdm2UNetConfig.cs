using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Tango2.Files;

namespace Tango2.Models;

/// <summary>The settings of AudioLDM 2's U-Net, with the names of diffusers' unet/config.json.</summary>
internal sealed record AudioLdm2UNetConfig
{
    // What diffusers 0.21 writes besides and nothing here builds otherwise: each is known only as it is here.
    private static readonly JsonObject Defaults = JsonNode.Parse(
        """
        {
          "act_fn": "silu", "class_embed_type": null, "class_embeddings_concat": false, "conv_in_kernel": 3,
          "conv_out_kernel": 3, "downsample_padding": 1, "mid_block_scale_factor": 1,
          "mid_block_type": "UNetMidBlock2DCrossAttn", "num_class_embeds": null, "only_cross_attention": false,
          "projection_class_embeddings_input_dim": null, "resnet_time_scale_shift": "default", "time_cond_proj_dim": null,
          "time_embedding_act_fn": null, "time_embedding_dim": null, "time_embedding_type": "positional",
          "timestep_post_act": null
        }
        """)!.AsObject();

    /// <summary>Channels of the noisy latents.</summary>
    public required int InChannels { get; init; }

    /// <summary>Channels of the prediction.</summary>
    public required int OutChannels { get; init; }

    /// <summary>Frames of the latents of a clip whose length nobody asks for.</summary>
    public required int SampleSize { get; init; }

    /// <summary>Channels of each level, from the finest to the coarsest.</summary>
    public required IReadOnlyList<int> BlockOutChannels { get; init; }

    /// <summary>The NUMBER of attention heads of each level; the reference's name is misleading and kept.</summary>
    public required IReadOnlyList<int> AttentionHeadDim { get; init; }

    /// <summary>For each level, the widths that its transformers read one after another; null where one reads only itself.</summary>
    /// <remarks>The first two of a level read the language model's states, those after them the text encoder's.</remarks>
    public required IReadOnlyList<IReadOnlyList<int?>> CrossAttentionDim { get; init; }

    /// <summary>Residual blocks of each level on the way down; the way up has one more.</summary>
    public int LayersPerBlock { get; init; } = 2;

    /// <summary>Blocks of each level's transformers.</summary>
    public required IReadOnlyList<int> TransformerLayersPerBlock { get; init; }

    /// <summary>Each level's block on the way down: CrossAttnDownBlock2D or DownBlock2D.</summary>
    public required IReadOnlyList<string> DownBlockTypes { get; init; }

    /// <summary>Each level's block on the way up: UpBlock2D or CrossAttnUpBlock2D.</summary>
    public required IReadOnlyList<string> UpBlockTypes { get; init; }

    /// <summary>Groups of every group normalisation.</summary>
    public int NormNumGroups { get; init; } = 32;

    /// <summary>Epsilon of the residual blocks' normalisations and of the last one; the transformers' is 1e-6.</summary>
    public double NormEps { get; init; } = 1e-5;

    /// <summary>Whether the timestep code is [cos, sin] rather than [sin, cos].</summary>
    public bool FlipSinToCos { get; init; } = true;

    /// <summary>Subtracted from the number of frequencies when the timestep code spaces them.</summary>
    public int FreqShift { get; init; }

    /// <summary>Whether transformers are entered and left by linear layers rather than by convolutions.</summary>
    public bool UseLinearProjection { get; init; }

    /// <summary>In the reference, whether scores are computed in float32 under half precision; no effect in float32.</summary>
    public bool UpcastAttention { get; init; }

    /// <summary>Levels.</summary>
    [JsonIgnore]
    public int Levels => BlockOutChannels.Count;

    /// <summary>What the layers that Tango's U-Net has too are built of.</summary>
    [JsonIgnore]
    public UNet2DConditionConfig Shared => new()
    {
        InChannels = InChannels,
        OutChannels = OutChannels,
        BlockOutChannels = BlockOutChannels,
        AttentionHeadDim = AttentionHeadDim,
        CrossAttentionDim = 0, // Of the layers that are shared, none reads a text.
        LayersPerBlock = LayersPerBlock,
        NormNumGroups = NormNumGroups,
        NormEps = NormEps,
        FlipSinToCos = FlipSinToCos,
        FreqShift = FreqShift,
    };

    /// <summary>The widths of a text that is read at one place of a level's list: 0 and 1 are the language model's states.</summary>
    /// <param name="generated">Whether of the language model's states, else of the text encoder's.</param>
    public IEnumerable<int> Widths(bool generated) => CrossAttentionDim
        .SelectMany(level => level.Where((width, place) => width is not null && place <= 1 == generated))
        .Select(width => width!.Value).Distinct();

    /// <summary>Reads the text of a unet/config.json. Keys beginning with an underscore are bookkeeping and ignored.</summary>
    /// <exception cref="InvalidDataException">The text is no such configuration, or asks for what is not built.</exception>
    public static AudioLdm2UNetConfig FromJson(string json)
    {
        var keys = ConfigJson.Object(json, "AudioLDM 2's U-Net");
        ConfigJson.RemoveDefaults(keys, Defaults);
        var levels = keys["block_out_channels"]?.AsArray().Count ?? 0;
        if (keys["num_attention_heads"] is { } heads) keys["attention_head_dim"] = heads.DeepClone();
        keys.Remove("num_attention_heads");
        keys.TryAdd("transformer_layers_per_block", 1);
        foreach (var key in (string[])["attention_head_dim", "transformer_layers_per_block", "cross_attention_dim"])
            keys[key] = ForEachLevel(keys[key], levels);
        if (keys["cross_attention_dim"] is JsonArray widths)
            keys["cross_attention_dim"] = new JsonArray([.. widths.Select(w => w is JsonArray ? w.DeepClone() : new JsonArray(w?.DeepClone()))]);
        return ConfigJson.Read<AudioLdm2UNetConfig>(keys.ToJsonString(), "AudioLDM 2's U-Net", config => config.Checked());
    }

    // In the reference, one number stands for every level's.
    private static JsonNode? ForEachLevel(JsonNode? value, int levels) => value is JsonValue one
        ? new JsonArray([.. Enumerable.Range(0, levels).Select(_ => one.DeepClone())])
        : value?.DeepClone();

    private AudioLdm2UNetConfig Checked()
    {
        Require("attention_head_dim", AttentionHeadDim.Count);
        Require("cross_attention_dim", CrossAttentionDim.Count);
        Require("transformer_layers_per_block", TransformerLayersPerBlock.Count);
        Require("down_block_types", DownBlockTypes.Count);
        Require("up_block_types", UpBlockTypes.Count);
        for (var i = 0; i < Levels; i++)
        {
            Divides(i, "norm_num_groups", NormNumGroups);
            Divides(i, $"attention_head_dim[{i}]", AttentionHeadDim[i]);
            if (DownBlockTypes[i] is not ("CrossAttnDownBlock2D" or "DownBlock2D"))
                throw new ArgumentException($"down_block_types has {DownBlockTypes[i]}, but only CrossAttnDownBlock2D and DownBlock2D are known.");
            if (UpBlockTypes[i] is not ("CrossAttnUpBlock2D" or "UpBlock2D"))
                throw new ArgumentException($"up_block_types has {UpBlockTypes[i]}, but only CrossAttnUpBlock2D and UpBlock2D are known.");
        }
        return this;
    }

    private void Require(string key, int length)
    {
        if (length != Levels)
            throw new ArgumentException($"{key} must have an entry for each of the {Levels} block_out_channels, but has {length}.");
    }

    private void Divides(int level, string key, int divisor)
    {
        if (divisor < 1 || BlockOutChannels[level] % divisor != 0)
            throw new ArgumentException(
                $"block_out_channels[{level}], {BlockOutChannels[level]}, must be a multiple of {key}, but that is {divisor}.");
    }
}
