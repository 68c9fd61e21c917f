using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Tango2.Files;

namespace Tango2.Models;

/// <summary>The settings of a conditional U-Net, with the names of the reference's config.json.</summary>
[Unread("sample_size")]
public sealed record UNet2DConditionConfig
{
    private static readonly JsonSerializerOptions Json =
        new(ConfigJson.Strict) { AllowDuplicateProperties = false, WriteIndented = true };

    // What diffusers 0.18 writes besides into a config.json of its own and nothing here builds otherwise: each is known
    // only as it is here.
    private static readonly JsonObject Defaults = JsonNode.Parse(
        """
        {
          "addition_embed_type": null, "addition_embed_type_num_heads": 64, "addition_time_embed_dim": null,
          "center_input_sample": false, "class_embed_type": null, "class_embeddings_concat": false,
          "conv_in_kernel": 3, "conv_out_kernel": 3, "cross_attention_norm": null, "downsample_padding": 1,
          "dual_cross_attention": false, "encoder_hid_dim": null, "encoder_hid_dim_type": null,
          "mid_block_only_cross_attention": null, "mid_block_scale_factor": 1,
          "mid_block_type": "UNetMidBlock2DCrossAttn", "num_attention_heads": null, "num_class_embeds": null,
          "only_cross_attention": false, "projection_class_embeddings_input_dim": null,
          "resnet_out_scale_factor": 1.0, "resnet_skip_time_act": false, "resnet_time_scale_shift": "default",
          "time_cond_proj_dim": null, "time_embedding_act_fn": null, "time_embedding_dim": null,
          "time_embedding_type": "positional", "timestep_post_act": null, "transformer_layers_per_block": 1
        }
        """)!.AsObject();

    /// <summary>Channels of the noisy latents.</summary>
    public required int InChannels { get; init; }

    /// <summary>Channels of the prediction.</summary>
    public required int OutChannels { get; init; }

    /// <summary>Channels of each level, from the finest to the coarsest.</summary>
    public required IReadOnlyList<int> BlockOutChannels { get; init; }

    /// <summary>The NUMBER of attention heads of each level; the reference's name is misleading and kept.</summary>
    public required IReadOnlyList<int> AttentionHeadDim { get; init; }

    /// <summary>Width D of the text states.</summary>
    public required int CrossAttentionDim { get; init; }

    /// <summary>Residual blocks of each level on the way down; the way up has one more.</summary>
    public int LayersPerBlock { get; init; } = 2;

    /// <summary>Each level's block on the way down: CrossAttnDownBlock2D or DownBlock2D.</summary>
    public IReadOnlyList<string> DownBlockTypes { get; init; } =
        ["CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"];

    /// <summary>Each level's block on the way up: UpBlock2D or CrossAttnUpBlock2D.</summary>
    public IReadOnlyList<string> UpBlockTypes { get; init; } =
        ["UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"];

    /// <summary>Groups of every group normalisation.</summary>
    public int NormNumGroups { get; init; } = 32;

    /// <summary>Epsilon of the residual blocks' normalisations and of the last one; the transformers' is 1e-6.</summary>
    public double NormEps { get; init; } = 1e-5;

    /// <summary>Whether the timestep code is [cos, sin] rather than [sin, cos].</summary>
    public bool FlipSinToCos { get; init; } = true;

    /// <summary>Subtracted from the number of frequencies when the timestep code spaces them.</summary>
    public int FreqShift { get; init; }

    /// <summary>The activation; only silu is known.</summary>
    public string ActFn { get; init; } = "silu";

    /// <summary>Whether transformers are entered and left by linear layers; only true is known.</summary>
    public bool UseLinearProjection { get; init; } = true;

    /// <summary>In the reference, whether scores are computed in float32 under half precision; no effect in float32.</summary>
    public bool UpcastAttention { get; init; }

    /// <summary>Adds a fixed code of time and frequency to what enters each transformer. Not in the reference.</summary>
    /// <remarks>
    /// Off at full scale, where depth and padding tell the network where it is. A small U-Net trained for an evening
    /// does not learn that: its attention sees a set of places without order and it cannot put an event at a given
    /// time. The code has no parameters, so the checkpoint's keys stay the reference's.
    /// </remarks>
    public bool SinusoidalPositions { get; init; }

    /// <summary>Width of the embedded timestep: four times the first level's channels.</summary>
    [JsonIgnore]
    public int TimeEmbedDim => 4 * BlockOutChannels[0];

    /// <summary>The published network, 866 million parameters.</summary>
    public static UNet2DConditionConfig Tango2 { get; } = new()
    {
        InChannels = 8,
        OutChannels = 8,
        BlockOutChannels = [320, 640, 1280, 1280],
        AttentionHeadDim = [5, 10, 20, 20],
        CrossAttentionDim = 1024,
        UpcastAttention = true,
    };

    /// <summary>Reads the reference's JSON. Keys beginning with an underscore are its bookkeeping and ignored.</summary>
    /// <exception cref="InvalidDataException">The text is no JSON object, has an unknown key, or asks for what is not built.</exception>
    public static UNet2DConditionConfig FromJson(string json)
    {
        try
        {
            var keys = JsonNode.Parse(json) as JsonObject ?? throw new JsonException("Expected a JSON object.");
            foreach (var key in keys.Select(k => k.Key).Where(k => k.StartsWith('_')).ToArray()) keys.Remove(key);
            RemoveDefaults(keys);
            Repeat(keys);
            var config = keys.Deserialize<UNet2DConditionConfig>(Json)!;
            config.Validate();
            return config;
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new InvalidDataException($"U-Net config: {ConfigJson.InWords(e.Message)}", e);
        }
    }

    /// <summary>The settings as JSON, with the reference's names.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>Refuses settings that this library does not build, or that contradict each other.</summary>
    /// <exception cref="ArgumentException">The message names the key, its value and what is known.</exception>
    public void Validate()
    {
        Only("act_fn", ActFn, "silu");
        Only("use_linear_projection", UseLinearProjection, true);
        var levels = BlockOutChannels.Count;
        Only("attention_head_dim's length", AttentionHeadDim.Count, levels);
        Only("down_block_types' length", DownBlockTypes.Count, levels);
        Only("up_block_types' length", UpBlockTypes.Count, levels);
        for (var i = 0; i < levels; i++)
        {
            var channels = BlockOutChannels[i];
            Only($"block_out_channels[{i}] modulo norm_num_groups", channels % NormNumGroups, 0);
            Only($"block_out_channels[{i}] modulo attention_head_dim[{i}]", channels % AttentionHeadDim[i], 0);
            if (SinusoidalPositions)
                Only($"block_out_channels[{i}] modulo 4, which sinusoidal_positions needs,", channels % 4, 0);
        }
    }

    private static void RemoveDefaults(JsonObject keys)
    {
        foreach (var (key, known) in Defaults)
        {
            if (!keys.TryGetPropertyValue(key, out var value)) continue;
            if (!JsonNode.DeepEquals(value, known))
                throw new ArgumentException($"{key} is {value?.ToJsonString() ?? "null"}, but only {known?.ToJsonString() ?? "null"} is known.");
            keys.Remove(key);
        }
    }

    // In the reference, one number stands for every level's heads.
    private static void Repeat(JsonObject keys)
    {
        if (keys["attention_head_dim"] is not JsonValue heads || keys["block_out_channels"] is not JsonArray levels) return;
        keys["attention_head_dim"] = new JsonArray([.. levels.Select(_ => heads.DeepClone())]);
    }

    private static void Only<T>(string key, T value, T known)
    {
        if (!EqualityComparer<T>.Default.Equals(value, known))
            throw new ArgumentException($"{key} is {Text(value)}, but only {Text(known)} is known.");
        static string Text(T value) => FormattableString.Invariant($"{(value is null ? "null" : value)}");
    }
}
