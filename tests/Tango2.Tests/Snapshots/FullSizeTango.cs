using System.Text.Json;
using Tango2.Audio;
using Tango2.Models;
using Tango2.Tests.Checkpoints;
using Tango2.Text;

namespace Tango2.Tests.Snapshots;

/// <summary>A Tango 2 of the published sizes, files and names, with random weights; it is written once, and goes at the end.</summary>
public sealed class FullSizeTango : IDisposable
{
    private readonly ScratchFolder _above = new();
    private IReadOnlyDictionary<string, long[]>? _shapes;

    /// <summary>The folder of the model; the one of its text encoder's repository lies beside it.</summary>
    public string Folder => _above.At("tango2");

    /// <summary>Names and shapes of the denoiser's weights.</summary>
    public IReadOnlyDictionary<string, long[]> Shapes => _shapes ?? throw new InvalidOperationException("It is not written.");

    /// <summary>A path beside the model.</summary>
    public string Beside(string name) => _above.At(name);

    /// <summary>Tokens of a prompt, the one at the end included.</summary>
    public int Tokens(string prompt) => UnigramTokenizer.Load(Path.Combine(Beside("flan-t5-large"), "spiece.model")).Encode(prompt).Length;

    /// <summary>Writes the files, 5.3 GB, unless they are there.</summary>
    public void Write()
    {
        if (_shapes is not null) return;
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        manual_seed(1);
        Directory.CreateDirectory(Folder);
        _shapes = Main();
        using (var vae = new AutoencoderKL(AutoencoderKLConfig.Tango2))
        using (var vocoder = new HiFiGanGenerator(HiFiGanConfig.Tango2))
            TorchFile.Write(At("pytorch_model_vae.bin"), All(("", vae), ("vocoder.", vocoder)));
        var (mel, filters) = (MelConfig.Tango2, MelSpectrogram.Filters(MelConfig.Tango2).t());
        long[] bases = [mel.FftLength + 2, 1, mel.FftLength]; // computed by whoever reads it
        TorchFile.Write(At("pytorch_model_stft.bin"), new Dictionary<string, Tensor>
        {
            ["mel_basis"] = filters,
            ["stft_fn.forward_basis"] = zeros(bases, device: CPU),
            ["stft_fn.inverse_basis"] = zeros(bases, device: CPU),
        });
        Configs(mel);
        Text();
    }

    public void Dispose() => _above.Dispose();

    private string At(string file) => Path.Combine(Folder, file);

    private Dictionary<string, long[]> Main()
    {
        using var unet = new UNet2DConditionModel(UNet2DConditionConfig.Tango2);
        using var encoder = new T5EncoderModel(T5Config.FlanT5Large, device: CPU);
        var weights = All(("unet.", unet), ("text_encoder.", encoder));
        weights["text_encoder.encoder.embed_tokens.weight"] = weights["text_encoder.shared.weight"]; // one storage, two names
        TorchFile.Write(At("pytorch_model_main.bin"), weights);
        return unet.state_dict().ToDictionary(w => w.Key, w => w.Value.shape);
    }

    private static Dictionary<string, Tensor> All(params (string Prefix, nn.Module Network)[] networks) => networks
        .SelectMany(n => n.Network.state_dict().Select(w => (Key: n.Prefix + w.Key, w.Value))).ToDictionary(w => w.Key, w => w.Value);

    private void Configs(MelConfig mel)
    {
        var vae = AutoencoderKLConfig.Tango2;
        Json(At("main_config.json"), new
        {
            text_encoder_name = "google/flan-t5-large",
            scheduler_name = "stabilityai/stable-diffusion-2-1",
            unet_model_name = (string?)null,
            unet_model_config_path = "configs/diffusion_model_config.json",
            snr_gamma = 5.0,
        });
        Json(At("vae_config.json"), new
        {
            image_key = "fbank",
            subband = 1,
            embed_dim = vae.EmbedDim,
            time_shuffle = 1,
            ddconfig = new
            {
                double_z = true,
                z_channels = vae.Layers.ZChannels,
                resolution = vae.Layers.Resolution,
                downsample_time = false,
                in_channels = vae.Layers.InChannels,
                out_ch = vae.Layers.OutCh,
                ch = vae.Layers.Ch,
                ch_mult = vae.Layers.ChMult,
                num_res_blocks = vae.Layers.NumResBlocks,
                attn_resolutions = vae.Layers.AttnResolutions,
                dropout = 0.0,
            },
            scale_factor = vae.ScaleFactor,
        });
        Json(At("stft_config.json"), new
        {
            filter_length = mel.FftLength,
            hop_length = mel.HopLength,
            win_length = mel.WindowLength,
            n_mel_channels = mel.MelBins,
            sampling_rate = mel.SampleRate,
            mel_fmin = mel.MinFrequency,
            mel_fmax = mel.MaxFrequency,
        });
    }

    /// <summary>As many pieces as T5 has, 32,000; all but a few are of no word.</summary>
    private void Text()
    {
        const int Pieces = 32_000, Special = 3;
        var folder = Directory.CreateDirectory(Beside("flan-t5-large")).FullName;
        var t5 = T5Config.FlanT5Large;
        Json(Path.Combine(folder, "config.json"), new
        {
            architectures = new[] { "T5ForConditionalGeneration" },
            vocab_size = t5.VocabSize,
            d_model = t5.DModel,
            d_kv = t5.DKv,
            d_ff = t5.DFf,
            num_layers = t5.NumLayers,
            num_heads = t5.NumHeads,
            relative_attention_num_buckets = t5.RelativeAttentionNumBuckets,
            relative_attention_max_distance = t5.RelativeAttentionMaxDistance,
            dropout_rate = t5.DropoutRate,
            layer_norm_epsilon = t5.LayerNormEpsilon,
            feed_forward_proj = t5.FeedForwardProj,
        });
        string[] words = ["\u2581a", "\u2581dog", "\u2581barks"];
        File.WriteAllBytes(Path.Combine(folder, "spiece.model"), SentencePieceModel.Write(
            [.. Enumerable.Range(0, Pieces - Special).Select(i => (i < words.Length ? words[i] : $"\u2581{i}", -1f - i / 1000f))]));
    }

    private static void Json(string path, object value) => File.WriteAllText(path, JsonSerializer.Serialize(value));
}
