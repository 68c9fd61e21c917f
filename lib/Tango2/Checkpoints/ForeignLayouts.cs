// Names in the files of declare-lab/tango2, haoheliu/AudioLDM, LAION-AI/CLAP, huggingface/transformers,
// qiuqiangkong/audioset_tagging_cnn (PANNs), harritaylor/torchvggish and zeyuxie29/AudioTime (STEAM). This table is the only place that knows them.
using Tango2.Files;

namespace Tango2.Checkpoints;

/// <summary>The layouts of published weights, and of this library's own: which file fills which network.</summary>
public static class ForeignLayouts
{
    private const string UNet = "UNet2DConditionModel", TextEncoder = "T5EncoderModel", Vae = "AutoencoderKL",
        Vocoder = "HiFiGanGenerator", Clap = "ClapModel", Tagger = "Cnn14Model", Vggish = "VggishModel", Grounding = "GroundingModel",
        LanguageModel = "Gpt2Model";

    private static readonly Dictionary<string, string> SharedEmbedding =
        new() { ["encoder.embed_tokens.weight"] = "shared.weight" };

    // Of T5's two halves, only the encoder.
    private static readonly string[] Decoder = ["decoder.*", "lm_head.weight"];

    // What CLAP and PANNs keep beside weights: transforms and mel filters of the front end, indices, attention masks.
    private static readonly string[] FrontEnd = ["spectrogram_extractor.*", "logmel_extractor.*"];
    private static readonly string[] ClapComputed =
    [
        .. FrontEnd.Select(d => "audio_branch." + d), "*.relative_position_index", "*.attn_mask", "*.position_ids",
    ];

    /// <summary>The table, in the order in which layouts are tried.</summary>
    internal static IReadOnlyList<ForeignLayout> All { get; } =
    [
        new("Tango 2, pytorch_model_main.bin",
            [new(UNet, "unet."), new(TextEncoder, "text_encoder.") { Dropped = Decoder, Tied = SharedEmbedding }],
            ["unet.conv_in.weight", "text_encoder.shared.weight"]) { Config = "main_config.json" },
        new("Tango 2, pytorch_model_vae.bin",
            [new(Vae, ""), new(Vocoder, "vocoder.")],
            ["quant_conv.weight", "vocoder.conv_pre.bias"]) { Config = "vae_config.json" },
        new("Tango 2, pytorch_model_stft.bin", // All of it is computed from the configuration.
            [new("TacotronMel", "") { Dropped = ["mel_basis", "stft_fn.*"] }],
            ["mel_basis", "stft_fn.forward_basis"]) { Config = "stft_config.json" },
        // The reference takes 18 characters off each key that contains the prefix, wherever in the key it stands.
        new("AudioLDM",
            [new(Vae, "first_stage_model.") { Anywhere = true }, new(Vocoder, "first_stage_model.vocoder.")],
            ["first_stage_model.quant_conv.weight"]) { Ignored = ["*"] },
        new("LAION CLAP",
            [new(Clap, "") { Dropped = ClapComputed }],
            ["logit_scale_a", "audio_branch.bn0.weight", "text_branch.embeddings.word_embeddings.weight"]),
        new("FLAN-T5 of transformers",
            [new(TextEncoder, "") { Dropped = Decoder, Tied = SharedEmbedding }],
            ["shared.weight", "encoder.final_layer_norm.weight"]),
        new("CLAP of transformers",
            [new(Clap, "") { Dropped = TransformersNames.ClapComputed, Renames = TransformersNames.Clap }],
            ["logit_scale_a", "audio_model.audio_encoder.norm.weight", "text_model.embeddings.word_embeddings.weight"]),
        new("GPT-2 of transformers",
            [new(LanguageModel, "") { Dropped = TransformersNames.Gpt2Unread }],
            ["wpe.weight", "ln_f.weight", "h.0.attn.c_attn.weight"]),
        new("GPT-2 of transformers, with its head",
            [new(LanguageModel, "transformer.") { Dropped = TransformersNames.Gpt2Unread }],
            ["transformer.wpe.weight", "transformer.ln_f.weight", "transformer.h.0.attn.c_attn.weight"]) { Ignored = ["lm_head.weight"] },
        new("autoencoder of diffusers",
            [new(Vae, "") { Renames = TransformersNames.Vae }],
            ["quant_conv.weight", "encoder.down_blocks.0.resnets.0.conv1.weight"]),
        new("HiFi-GAN of transformers",
            [new(Vocoder, "") { Dropped = ["mean", "scale"], Renames = TransformersNames.Vocoder }],
            ["conv_pre.bias", "upsampler.0.bias", "resblocks.0.convs1.0.bias"]),
        new("AudioLDM 2 of diffusers, projection", [new("AudioLdm2Projection", "")], ["sos_embed", "sos_embed_1", "projection_1.weight"]),
        new("AudioLDM 2 of diffusers, U-Net", // Only it has several transformers in the middle, one for each text.
            [new("AudioLdm2UNet", "")],
            ["conv_in.weight", "time_embedding.linear_1.weight", "mid_block.attentions.1.norm.weight"]),
        new("PANNs",
            [new(Tagger, "") { Dropped = FrontEnd }],
            ["bn0.weight", "conv_block1.conv1.weight", "fc_audioset.weight"]),
        new("torchvggish",
            [new(Vggish, "") { Dropped = ["pproc.*"] }],
            ["features.0.weight", "embeddings.0.weight"]),
        new("STEAM's grounding model",
            [new(Grounding, "")
            {
                Dropped = ["audio_encoder.melspec_extractor.*"],
                Renames = [new("text_encoder\\.embedding\\.core\\.weight", "text_encoder.embedding.weight")],
            }],
            ["audio_encoder.bn0.weight", "text_encoder.embedding.core.weight"]),
        new("this library, U-Net", [new(UNet, "")], ["conv_in.weight", "time_embedding.linear_1.weight"]),
        new("this library, autoencoder", [new(Vae, "")], ["quant_conv.weight", "encoder.conv_in.weight"]),
        new("this library, vocoder", [new(Vocoder, "")], ["conv_pre.bias", "resblocks.0.convs1.0.bias"]),
        new("this library, detector", [new("EventDetector", "")], ["audio_encoder.bn0.weight", "classifier.weight"]),
        new("this library, grounding model", [new(Grounding, "")],
            ["audio_encoder.bn0.weight", "audio_encoder.fc1.weight"]),
    ];

    /// <summary>The layout of a file with these keys; null if none of the table is.</summary>
    internal static ForeignLayout? Recognise(IReadOnlyCollection<string> keys) => Recognise(new CheckpointNames(keys));

    /// <summary>Recognises a file's layout by its keys and fills the network from it, one tensor at a time.</summary>
    /// <param name="module">A network of Tango2.Models, of the file's sizes.</param>
    /// <param name="path">The file; see <see cref="CheckpointReader.Open"/>.</param>
    /// <returns>What the layout is called.</returns>
    /// <exception cref="InvalidDataException">
    /// The layout is unknown or has no such network; or keys are missing, unexpected or misshapen, all of which are
    /// listed; or the file is damaged.
    /// </exception>
    public static string Load(nn.Module module, string path)
    {
        using var reader = CheckpointReader.Open(path);
        var names = new CheckpointNames(reader.Entries.Keys);
        var layout = Recognise(names) ?? throw new InvalidDataException($"{path}: its keys are of no known layout " +
            $"({string.Join("; ", All.Select(l => l.Name))}); it begins with " +
            $"{string.Join(", ", reader.Entries.Keys.Order(StringComparer.Ordinal).Take(3))}.");
        if (layout.Networks.All(n => n.Network != module.GetName()))
            throw new InvalidDataException($"{path}: {layout.Name} holds " +
                $"{string.Join(" and ", layout.Networks.Select(n => n.Network))}, but not {module.GetName()}.");
        string[] places = [.. names.Before(layout.Marks).Select(f => f.Length > 0 ? $"'{f}'" : "the top")];
        if (places.Length > 1)
            Warnings.Give($"{path}: the weights stand at {string.Join(" and at ", places)}; those at {places[0]} are taken.");
        StateDict.Load(module, reader, layout.Claimed(module.GetName(), names), layout.Unclaimed(names), "");
        return layout.Name;
    }

    private static ForeignLayout? Recognise(CheckpointNames names) => All.FirstOrDefault(l => l.Matches(names));
}
