using Tango2.Audio;
using Tango2.Checkpoints;
using Tango2.Mini.Truth;
using Tango2.Models;

namespace Tango2.Tests.Checkpoints;

/// <summary>Each row of the table against a synthetic file of that layout.</summary>
public sealed class ForeignLayoutsTests : IDisposable
{
    private static readonly UNet2DConditionConfig TinyUNet = MiniScale.UNet with
    {
        BlockOutChannels = [16, 16, 16, 16],
        NormNumGroups = 4,
        CrossAttentionDim = 16,
    };

    private static readonly T5Config TinyT5 = MiniScale.TextEncoder with { VocabSize = 20, DModel = 16, DKv = 4, DFf = 16, NumLayers = 2 };

    private static readonly HiFiGanConfig TinyVocoder = MiniScale.Vocoder with { UpsampleInitialChannel = 32, WeightNorm = false };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_main_file_of_Tango_2_fills_U_Net_and_text_encoder()
    {
        using var scope = NewDisposeScope();
        var layout = ForeignLayouts.All.Single(l => l.Name == "Tango 2, pytorch_model_main.bin");
        UNet2DConditionModel NewUNet() => new(UNet2DConditionConfig.FromJson(TinyUNet.ToJson()));
        var (unet, text) = (NewUNet(), new T5EncoderModel(TinyT5));
        var path = _folder["pytorch_model_main.bin"];
        TorchFile.Write(path, Named("unet.", unet).Concat(Named("text_encoder.", text)).ToDictionary());
        AssertLoads(path, layout.Name, unet, NewUNet());
        AssertLoads(path, layout.Name, text, new T5EncoderModel(TinyT5));
    }

    [Fact]
    public void The_vae_file_of_Tango_2_fills_autoencoder_and_vocoder_of_its_config()
    {
        using var scope = NewDisposeScope();
        File.WriteAllText(_folder["vae_config.json"], """
            {"image_key": "fbank", "subband": 1, "embed_dim": 8, "time_shuffle": 1, "ddconfig": {"double_z": true,
            "z_channels": 8, "resolution": 256, "downsample_time": false, "in_channels": 1, "out_ch": 1, "ch": 32,
            "ch_mult": [1, 2], "num_res_blocks": 1, "attn_resolutions": [], "dropout": 0.0}, "scale_factor": 0.9227914214134216}
            """);
        var layout = ForeignLayouts.All.Single(l => l.Name == "Tango 2, pytorch_model_vae.bin");
        AutoencoderKL New() => new(AutoencoderKLConfig.FromJson(File.ReadAllText(_folder[layout.Config!])));
        var (vae, vocoder) = (New(), new HiFiGanGenerator(TinyVocoder));
        var path = _folder["pytorch_model_vae.bin"];
        TorchFile.Write(path, Named("", vae).Concat(Named("vocoder.", vocoder)).ToDictionary());
        AssertLoads(path, layout.Name, vae, New());
        AssertLoads(path, layout.Name, vocoder, new HiFiGanGenerator(TinyVocoder));
    }

    [Fact]
    public void The_stft_file_of_Tango_2_is_known_and_holds_nothing_that_is_not_computed()
    {
        using var scope = NewDisposeScope();
        var path = _folder["pytorch_model_stft.bin"];
        TorchFile.Write(path, new Dictionary<string, object?>
        {
            ["mel_basis"] = zeros(64, 513),
            ["stft_fn.forward_basis"] = zeros(1026, 1, 4),
            ["stft_fn.inverse_basis"] = zeros(1026, 1, 4),
        });
        using var reader = CheckpointReader.Open(path);
        var layout = ForeignLayouts.Recognise([.. reader.Entries.Keys])!;
        Assert.Equal(("Tango 2, pytorch_model_stft.bin", "stft_config.json"), (layout.Name, layout.Config));
        File.WriteAllText(_folder[layout.Config!], """
            {"filter_length": 1024, "hop_length": 160, "win_length": 1024, "n_mel_channels": 64, "sampling_rate": 16000,
            "mel_fmin": 0, "mel_fmax": 8000}
            """);
        Assert.Equal(MelConfig.Tango2, MelConfig.FromJson(File.ReadAllText(_folder[layout.Config!])));
        Assert.Empty(layout.KeysOf("TacotronMel", [.. reader.Entries.Keys]));
        Assert.Empty(layout.Unclaimed([.. reader.Entries.Keys]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AudioLDM_fills_autoencoder_and_vocoder(bool wrapped)
    {
        using var scope = NewDisposeScope();
        var (vae, vocoder) = (new AutoencoderKL(MiniScale.Vae), new HiFiGanGenerator(TinyVocoder));
        var weights = Named("first_stage_model.", vae).Concat(Named("first_stage_model.vocoder.", vocoder)).ToDictionary();
        weights["scale_factor"] = tensor(0.92f);
        weights["betas"] = zeros(10);
        weights["model.diffusion_model.out.weight"] = zeros(2);
        weights["cond_stage_model.model.logit_scale_a"] = tensor(1f);
        var path = _folder["audioldm.ckpt"];
        TorchFile.Write(path, wrapped ? new Dictionary<string, object?> { ["epoch"] = 3L, ["state_dict"] = weights } : weights);
        AssertLoads(path, "AudioLDM", vae, new AutoencoderKL(MiniScale.Vae));
        AssertLoads(path, "AudioLDM", vocoder, new HiFiGanGenerator(TinyVocoder));
    }

    [Fact]
    public void AudioLDMs_prefix_counts_wherever_it_stands_as_in_the_reference()
    {
        using var scope = NewDisposeScope();
        var vae = new AutoencoderKL(MiniScale.Vae);
        var weights = Named("first_stage_model.", vae).ToDictionary();
        weights["averaged.first_stage_model.encoder.weight"] = zeros(1);
        var path = _folder["audioldm.ckpt"];
        TorchFile.Write(path, weights);
        var layout = ForeignLayouts.Recognise([.. weights.Keys])!;
        Assert.Contains("ge_model.encoder.weight", layout.KeysOf("AutoencoderKL", [.. weights.Keys]).Keys);
        Assert.Contains("unexpected averaged.first_stage_model.encoder.weight",
            Assert.Throws<InvalidDataException>(() => ForeignLayouts.Load(vae, path)).Message);
    }

    [Theory]
    [InlineData("state_dict", "module.")]
    [InlineData("state_dict", "")]
    [InlineData(null, "module.")]
    [InlineData(null, "")]
    public void LAION_CLAP_loads_without_front_end_indices_and_position_ids(string? wrapper, string prefix)
    {
        using var scope = NewDisposeScope();
        var clap = new ClapModel(MiniScale.Clap("a"));
        var weights = Named(prefix, clap).ToDictionary();
        weights[prefix + "text_branch.embeddings.position_ids"] = arange(82).unsqueeze(0);
        weights[prefix + "audio_branch.spectrogram_extractor.stft.conv_real.weight"] = zeros(5, 1, 8);
        weights[prefix + "audio_branch.logmel_extractor.melW"] = zeros(5, 4);
        weights[prefix + "audio_branch.layers.0.blocks.0.attn.relative_position_index"] = zeros(16, 16, int64);
        weights[prefix + "audio_branch.layers.0.blocks.1.attn_mask"] = zeros(4, 16, 16);
        var path = _folder["630k.pt"];
        TorchFile.Write(path, wrapper is null ? weights : new Dictionary<string, object?>
        {
            ["epoch"] = 15L,
            ["name"] = "a run",
            [wrapper] = weights,
            ["optimizer"] = new Dictionary<string, object?> { ["state"] = new Dictionary<object, object?> { [0L] = zeros(2) } },
        });
        AssertLoads(path, "LAION CLAP", clap, new ClapModel(MiniScale.Clap("a")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void FLAN_T5_loads_its_encoder_with_the_shared_embedding(bool sharded)
    {
        using var scope = NewDisposeScope();
        var text = new T5EncoderModel(TinyT5);
        var weights = text.state_dict().Where(t => t.Key != "encoder.embed_tokens.weight").ToDictionary();
        weights["decoder.block.0.layer.0.SelfAttention.q.weight"] = zeros(2, 2);
        weights["decoder.final_layer_norm.weight"] = zeros(2);
        weights["lm_head.weight"] = zeros(3, 2);
        var path = _folder["model.safetensors"];
        if (!sharded) SafeTensors.Write(path, weights);
        else
        {
            path = _folder["model.safetensors.index.json"];
            foreach (var shard in weights.GroupBy(w => w.Key.Contains("block.1", StringComparison.Ordinal)))
                SafeTensors.Write(_folder[$"{shard.Key}.safetensors"], shard);
            File.WriteAllText(path, "{\"weight_map\": {" + string.Join(',', weights.Keys.Select(
                k => $"\"{k}\": \"{k.Contains("block.1", StringComparison.Ordinal)}.safetensors\"")) + "}}");
        }
        AssertLoads(path, "FLAN-T5 of transformers", text, new T5EncoderModel(TinyT5));
    }

    [Fact]
    public void PANNs_load_from_the_dictionary_model_without_the_front_end()
    {
        using var scope = NewDisposeScope();
        var config = MiniScale.Tagger with { Widths = [4, 8] };
        var tagger = new Cnn14Model(config);
        var weights = Named("", tagger).ToDictionary();
        weights["spectrogram_extractor.stft.conv_real.weight"] = zeros(5, 1, 8);
        weights["logmel_extractor.melW"] = zeros(5, 4);
        var path = _folder["Cnn14_16k.pth"];
        TorchFile.WriteLegacy(path, new Dictionary<string, object?> { ["iteration"] = 600000L, ["model"] = weights });
        AssertLoads(path, "PANNs", tagger, new Cnn14Model(config));
    }

    [Fact]
    public void This_librarys_own_files_are_known_too()
    {
        using var scope = NewDisposeScope();
        foreach (var (network, name) in new (nn.Module, string)[]
        {
            (new UNet2DConditionModel(TinyUNet), "this library, U-Net"),
            (new AutoencoderKL(MiniScale.Vae), "this library, autoencoder"),
            (new HiFiGanGenerator(TinyVocoder), "this library, vocoder"),
            (new HiFiGanGenerator(TinyVocoder with { WeightNorm = true }), "this library, vocoder"),
            (new T5EncoderModel(TinyT5), "FLAN-T5 of transformers"),
            (new ClapModel(MiniScale.Clap("a")), "LAION CLAP"),
            (new Cnn14Model(MiniScale.Tagger), "PANNs"),
            (new GroundingModel(MiniScale.Grounding), "this library, grounding model"),
            (new EventDetector(MiniScale.GroundingAudio, classes: 3), "this library, detector"),
        })
        {
            var path = _folder["own.safetensors"];
            StateDict.Save(path, network);
            Assert.Equal(name, ForeignLayouts.Load(network, path));
        }
    }

    [Fact]
    public void Every_misfit_of_a_foreign_file_is_listed_with_the_files_name_and_keys()
    {
        using var scope = NewDisposeScope();
        var tagger = new Cnn14Model(MiniScale.Tagger with { Widths = [4, 8] });
        var weights = Named("", tagger).ToDictionary();
        weights["fc1.weight"] = zeros(1, 2);
        weights["extra"] = zeros(1);
        weights.Remove("fc1.bias");
        var path = _folder["Cnn14.pth"];
        TorchFile.Write(path, new Dictionary<string, object?> { ["model"] = weights });
        var error = Assert.Throws<InvalidDataException>(() => ForeignLayouts.Load(tagger, path)).Message;
        Assert.StartsWith(path + ": the weights do not fit Cnn14Model, 3 of their keys differ:", error);
        Assert.Contains("missing fc1.bias", error);
        Assert.Contains("unexpected model.extra", error);
        Assert.Contains("misshapen model.fc1.weight: expected Float32 [8, 8], found Float32 [1, 2]", error);
    }

    [Fact]
    public void A_file_for_another_network_or_of_no_layout_is_refused()
    {
        using var scope = NewDisposeScope();
        var path = _folder["a.safetensors"];
        StateDict.Save(path, new Cnn14Model(MiniScale.Tagger));
        using var text = new T5EncoderModel(TinyT5);
        Assert.Contains($"{path}: PANNs holds Cnn14Model, but not T5EncoderModel.",
            Assert.Throws<InvalidDataException>(() => ForeignLayouts.Load(text, path)).Message);
        SafeTensors.Write(path, [new("weight", zeros(1))]);
        Assert.Contains("its keys are of no known layout",
            Assert.Throws<InvalidDataException>(() => ForeignLayouts.Load(text, path)).Message);
        Assert.Contains("PANNs holds Cnn14Model, but not T5EncoderModel", Assert.Throws<ArgumentException>(
            () => ForeignLayouts.All.Single(l => l.Name == "PANNs").KeysOf("T5EncoderModel", [])).Message);
    }

    [Theory]
    [InlineData("""{"filter_length": 1024}""", "hop_length")]
    [InlineData("""{"filter_length": "wide"}""", "filter_length")]
    [InlineData("""{"mel_fmin": 0, "colour": 1}""", "colour")]
    [InlineData("null", "it is null")]
    [InlineData("{", "stft_config.json")]
    public void A_malformed_stft_config_is_refused_with_what_is_wrong(string json, string named) => Assert.Contains(
        named, Assert.Throws<InvalidDataException>(() => MelConfig.FromJson(json)).Message, StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<KeyValuePair<string, object?>> Named(string prefix, nn.Module module) =>
        module.state_dict().Select(t => new KeyValuePair<string, object?>(prefix + t.Key, t.Value));

    private static void AssertLoads(string path, string layout, nn.Module expected, nn.Module network)
    {
        Assert.Equal(layout, ForeignLayouts.Load(network, path));
        var loaded = network.state_dict();
        foreach (var (key, value) in expected.state_dict())
            Golden.Close(value, loaded[key], atol: 0, rtol: 0, key);
    }
}
