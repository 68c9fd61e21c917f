// Names in the files of huggingface/transformers (ClapModel, SpeechT5HifiGan, v4.27) and huggingface/diffusers
// (AutoencoderKL, v0.21), as AudioLDM 2's repository holds them.
namespace Tango2.Checkpoints;

/// <summary>What transformers and diffusers call the layers that this library names as their first authors did.</summary>
internal static class TransformersNames
{
    private const string AudioEncoder = "audio_model\\.audio_encoder\\.", Block = AudioEncoder + "(layers\\.\\d+\\.blocks\\.\\d+)\\.";

    /// <summary>What its CLAP keeps beside weights.</summary>
    public static IReadOnlyList<string> ClapComputed { get; } =
        ["*.relative_position_index", "*.position_ids", "*.token_type_ids"];

    /// <summary>Of GPT-2 the embedding of tokens, since AudioLDM 2 gives it states, and masks that older files hold.</summary>
    public static IReadOnlyList<string> Gpt2Unread { get; } = ["wte.weight", "*.attn.bias", "*.attn.masked_bias"];

    /// <summary>CLAP's two encoders: three layers for query, key and value where LAION's audio encoder has one.</summary>
    public static IReadOnlyList<KeyRename> Clap { get; } =
    [
        new("(text|audio)_projection\\.linear1\\.(.+)", "$1_projection.0.$2"),
        new("(text|audio)_projection\\.linear2\\.(.+)", "$1_projection.2.$2"),
        new("text_model\\.(.+)", "text_branch.$1"),
        new(AudioEncoder + "batch_norm\\.(.+)", "audio_branch.bn0.$1"),
        new(Block + "layernorm_before\\.(.+)", "audio_branch.$1.norm1.$2"),
        new(Block + "layernorm_after\\.(.+)", "audio_branch.$1.norm2.$2"),
        .. Together("query", "key", "value"),
        new(Block + "attention\\.self\\.(relative_position_bias_table)", "audio_branch.$1.attn.$2"),
        new(Block + "attention\\.output\\.dense\\.(.+)", "audio_branch.$1.attn.proj.$2"),
        new(Block + "intermediate\\.dense\\.(.+)", "audio_branch.$1.mlp.fc1.$2"),
        new(Block + "output\\.dense\\.(.+)", "audio_branch.$1.mlp.fc2.$2"),
        new(AudioEncoder + "(.+)", "audio_branch.$1"),
    ];

    /// <summary>The autoencoder: levels of the way up counted from the coarsest, attention by linear layers.</summary>
    public static IReadOnlyList<KeyRename> Vae { get; } =
    [
        new("encoder\\.down_blocks\\.(\\d+)\\.resnets\\.(\\d+)\\.conv_shortcut\\.(.+)", "encoder.down.$1.block.$2.nin_shortcut.$3"),
        new("encoder\\.down_blocks\\.(\\d+)\\.resnets\\.(\\d+)\\.(.+)", "encoder.down.$1.block.$2.$3"),
        new("encoder\\.down_blocks\\.(\\d+)\\.downsamplers\\.0\\.(.+)", "encoder.down.$1.downsample.$2"),
        Up("(\\d+)\\.resnets\\.(\\d+)\\.conv_shortcut\\.(.+)", "$1.block.$2.nin_shortcut.$3"),
        Up("(\\d+)\\.resnets\\.(\\d+)\\.(.+)", "$1.block.$2.$3"),
        Up("(\\d+)\\.upsamplers\\.0\\.(.+)", "$1.upsample.$2"),
        new("(encoder|decoder)\\.mid_block\\.resnets\\.0\\.(.+)", "$1.mid.block_1.$2"),
        new("(encoder|decoder)\\.mid_block\\.resnets\\.1\\.(.+)", "$1.mid.block_2.$2"),
        new("(encoder|decoder)\\.mid_block\\.attentions\\.0\\.group_norm\\.(.+)", "$1.mid.attn_1.norm.$2"),
        .. Attention("to_q|query", "q"), .. Attention("to_k|key", "k"), .. Attention("to_v|value", "v"),
        .. Attention("to_out\\.0|proj_attn", "proj_out"),
        new("(encoder|decoder)\\.conv_norm_out\\.(.+)", "$1.norm_out.$2"),
    ];

    /// <summary>The vocoder: other names of the layers that lengthen.</summary>
    public static IReadOnlyList<KeyRename> Vocoder { get; } = [new("upsampler\\.(.+)", "ups.$1")];

    private static IEnumerable<KeyRename> Together(params string[] layers) => layers.Select((layer, i) =>
        new KeyRename(Block + $"attention\\.self\\.{layer}\\.(weight|bias)", "audio_branch.$1.attn.qkv.$2")
        {
            Part = i,
            Parts = layers.Length,
        });

    private static IEnumerable<KeyRename> Attention(string theirs, string ours) =>
    [
        new($"(encoder|decoder)\\.mid_block\\.attentions\\.0\\.(?:{theirs})\\.(weight|bias)", $"$1.mid.attn_1.{ours}.$2")
        {
            Pointwise = true,
        },
    ];

    private static KeyRename Up(string theirs, string ours) =>
        new("decoder\\.up_blocks\\." + theirs, "decoder.up." + ours) { CountedBy = "^decoder\\.up_blocks\\.(\\d+)\\." };
}
