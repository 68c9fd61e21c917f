using System.Text;
using System.Text.Json.Nodes;
using Tango2.Published;

namespace Tango2.Tests.Snapshots;

/// <summary>Folders of AudioLDM 2 in which something is missing, damaged or of another model: one message each, with the file's name.</summary>
[Trait("Category", SnapshotSet.Category)]
public sealed class AudioLdm2FaultTests
{
    private static readonly string[] Needed =
    [
        "model_index.json", "scheduler/scheduler_config.json", "feature_extractor/preprocessor_config.json",
        "tokenizer/vocab.json", "tokenizer/merges.txt", "tokenizer_2/spiece.model", "text_encoder/config.json",
        "text_encoder_2/config.json", "projection_model/config.json", "language_model/config.json", "unet/config.json",
        "vae/config.json", "vocoder/config.json",
    ];

    private static readonly string[] Parts =
        ["text_encoder", "text_encoder_2", "projection_model", "language_model", "unet", "vae", "vocoder"];

    public static IEnumerable<TheoryDataRow<string>> Entries => SnapshotSet.Names("audioldm2");

    [Theory, MemberData(nameof(Entries))]
    public void A_missing_file_is_named(string name)
    {
        using var folder = AudioLdm2RunTests.Linked(name);
        foreach (var file in Needed)
        {
            File.Move(folder.At(file), folder.At(file) + ".away");
            var message = Assert.Throws<FileNotFoundException>(() => PublishedAudioLdm2.Load(new(folder.Path))).Message;
            Assert.StartsWith($"{folder.At(file)} does not exist", message, StringComparison.Ordinal);
            Assert.EndsWith("Copy the whole repository into the folder.", message, StringComparison.Ordinal);
            File.Move(folder.At(file) + ".away", folder.At(file));
        }
    }

    [Theory, MemberData(nameof(Entries))]
    public void Missing_weights_of_a_part_are_told_with_the_names_that_they_may_have(string name)
    {
        foreach (var part in Parts)
        {
            using var folder = AudioLdm2RunTests.Linked(name);
            foreach (var file in Directory.GetFiles(folder.At(part)).Where(f => !f.EndsWith(".json", StringComparison.Ordinal))) File.Delete(file);
            var message = Assert.Throws<FileNotFoundException>(
                () => PublishedAudioLdm2.Load(new(folder.Path, "cvssp/audioldm2"))).Message;
            Assert.StartsWith($"{folder.At(part)} has none of ", message, StringComparison.Ordinal);
            Assert.Contains("model.safetensors, ", message, StringComparison.Ordinal);
            Assert.EndsWith($"lacks the weights of its {part}. Fetch it with `tango2 fetch cvssp/audioldm2`.", message, StringComparison.Ordinal);
        }
    }

    [Theory, MemberData(nameof(Entries))]
    public void Truncated_weights_are_named(string name)
    {
        foreach (var part in Parts)
        {
            using var folder = AudioLdm2RunTests.Linked(name);
            var file = Directory.GetFiles(folder.At(part), "*.safetensors").Single();
            var bytes = File.ReadAllBytes(file);
            File.Delete(file);
            File.WriteAllBytes(file, bytes[..(bytes.Length / 2)]);
            Assert.StartsWith(file, Refused(folder), StringComparison.Ordinal);
        }
    }

    [Theory, MemberData(nameof(Entries))]
    public void A_configuration_of_another_model_is_told_with_the_file_and_the_key(string name)
    {
        void Changed(string file, string from, string to, params string[] expected)
        {
            using var folder = AudioLdm2RunTests.Linked(name);
            folder.Replace(file, text =>
            {
                var changed = System.Text.RegularExpressions.Regex.Replace(text, from, to);
                Assert.NotEqual(text, changed);
                return changed;
            });
            var message = Refused(folder);
            Assert.StartsWith(folder.Path, message, StringComparison.Ordinal);
            foreach (var part in expected) Assert.Contains(part, message, StringComparison.Ordinal);
        }

        Changed("model_index.json", "AudioLDM2Pipeline", "AudioLDMPipeline", "_class_name must be AudioLDM2Pipeline, but is AudioLDMPipeline");
        Changed("model_index.json", "\"GPT2Model\"", "\"LlamaModel\"", "language_model must be GPT2Model or GPT2LMHeadModel, but is LlamaModel");
        Changed("scheduler/scheduler_config.json", "\"leading\"", "\"trailing\"", "timestep_spacing must be leading, but is trailing");
        Changed("scheduler/scheduler_config.json", "\"clip_sample\": ?false", "\"clip_sample\": true", "clip_sample must be false, but is true");
        Changed("feature_extractor/preprocessor_config.json", "rand_trunc", "fusion", "truncation must be rand_trunc, but is fusion");
        Changed("text_encoder/config.json", "\"enable_fusion\": ?false", "\"enable_fusion\": true", "audio_config.enable_fusion must be False, but is True");
        Changed("text_encoder/config.json", "\"spec_size\"", "\"spek_size\"", "spek_size");
        Changed("text_encoder_2/config.json", "gated-gelu", "relu", "feed_forward_proj must be gated-gelu, but is relu");
        Changed("text_encoder_2/config.json", "\"d_ff\": ?\\d+", "\"d_ff\": 7", "do not fit T5EncoderModel", "The network's sizes are those of");
        Changed("projection_model/config.json", "\"text_encoder_dim\": ?\\d+", "\"text_encoder_dim\": 7", "do not fit AudioLdm2Projection");
        Changed("language_model/config.json", "gelu_new", "silu", "activation_function must be gelu_new, but is silu");
        Changed("language_model/config.json", "\"n_head\": ?\\d+", "\"n_head\": 5", "must be a multiple of n_head, 5");
        Changed("language_model/config.json", "\"n_positions\": ?\\d+", "\"n_positions\": 9", "do not fit Gpt2Model", "wpe.weight");
        Changed("unet/config.json", "\"UpBlock2D\"", "\"UpBlock3D\"", "up_block_types has UpBlock3D");
        Changed("unet/config.json", "\"mid_block_type\"", "\"mid_block_typ\"", "mid_block_typ");
        Changed("unet/config.json", "\"act_fn\": ?\"silu\"", "\"act_fn\": \"gelu\"", "act_fn is \"gelu\", but only \"silu\" is known");
        Changed("vae/config.json", "\"latent_channels\": ?\\d+", "\"latent_channels\": 5", "do not fit AutoencoderKL");
        Changed("vocoder/config.json", "\"normalize_before\": ?false", "\"normalize_before\": true", "normalize_before must be False, but is True");
        Changed("vocoder/config.json", "\"upsample_initial_channel\": ?\\d+", "\"upsample_initial_channel\": 64", "do not fit HiFiGanGenerator");
        Changed("vocoder/config.json", "^\\{", "[", "vocoder");
    }

    [Theory, MemberData(nameof(Entries))]
    public void A_tokenizer_of_another_size_is_told_with_both_sizes(string name)
    {
        using var folder = AudioLdm2RunTests.Linked(name);
        var pieces = 0;
        folder.Replace("tokenizer/vocab.json", text =>
        {
            var ids = JsonNode.Parse(text)!.AsObject();
            pieces = ids.Count + 1;
            ids["onemore"] = ids.Count;
            return ids.ToJsonString();
        });
        Assert.StartsWith(
            $"{folder.At("tokenizer/vocab.json")}: its {pieces} pieces must be as many as vocab_size, {pieces - 1}, of text_config in ",
            Refused(folder), StringComparison.Ordinal);
        using var other = AudioLdm2RunTests.Linked(name);
        other.Replace("text_encoder_2/config.json", text => System.Text.RegularExpressions.Regex.Replace(text, "\"vocab_size\": ?\\d+", "\"vocab_size\": 100"));
        Assert.Matches(
            $"^{other.At("tokenizer_2/spiece.model")}: its \\d+ pieces and \\d+ further ones must fit into vocab_size, 100 in {other.At("text_encoder_2/config.json")}, ",
            Refused(other));
        other.Replace("tokenizer_2/spiece.model", Encoding.ASCII.GetBytes("no model"));
        Assert.Contains(other.At("tokenizer_2/spiece.model"), Refused(other), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Entries))]
    public void Only_its_own_folder_is_taken_for_it(string name)
    {
        using var folder = AudioLdm2RunTests.Linked(name);
        Assert.True(PublishedAudioLdm2.Is(new(folder.Path)));
        folder.Replace("model_index.json", _ => "{\"_class_name\": \"StableDiffusionPipeline\"}");
        Assert.False(PublishedAudioLdm2.Is(new(folder.Path)));
        folder.Replace("model_index.json", _ => "no JSON");
        Assert.False(PublishedAudioLdm2.Is(new(folder.Path)));
        Assert.False(PublishedAudioLdm2.Is(new(folder.At("unet"))));
    }

    private static string Refused(LinkedFolder folder) =>
        Assert.Throws<InvalidDataException>(() => PublishedAudioLdm2.Load(new(folder.Path))).Message;
}
