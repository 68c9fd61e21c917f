using System.Text;
using System.Text.RegularExpressions;
using Tango2.Published;
using Tango2.Tests.Parity;

namespace Tango2.Tests.Snapshots;

/// <summary>What is wrong with a published Tango is told in one message, with the file and what to do.</summary>
[Trait("Category", SnapshotSet.Category)]
public sealed class BadSnapshotTests
{
    [Theory]
    [InlineData("main_config.json")]
    [InlineData("vae_config.json")]
    [InlineData("stft_config.json")]
    [InlineData("pytorch_model_main.bin")]
    [InlineData("pytorch_model_vae.bin")]
    [InlineData("pytorch_model_stft.bin")]
    public void A_file_that_is_missing_is_named(string file)
    {
        using var tango = Tango(without: file);
        var error = Assert.Throws<FileNotFoundException>(() => Load(tango)).Message;
        Assert.Contains($"{tango.At(file)} does not exist", error);
        Assert.Contains("Copy the whole repository into the folder.", error);
    }

    [Theory]
    [InlineData("main_config.json", "^\\{", "{\"snr_gama\": 5, ", "snr_gama")]
    [InlineData("main_config.json", "\"scheduler_name\"", "\"scheduler\"", "scheduler")]
    [InlineData("main_config.json", "\\}\\s*$", ", \"unet_model_name\": \"x/y\"}", "unet_model_name must be null")]
    [InlineData("vae_config.json", "\"embed_dim\"", "\"embedding_dim\"", "embedding_dim")]
    [InlineData("stft_config.json", "\"hop_length\"", "\"hop\"", "hop")]
    [InlineData("stft_config.json", "\"mel_fmax\": ?[\\d.]+", "\"mel_fmax\": 3210", "take the files of one model")]
    [InlineData("main_config.json", "^\\{", "", "Expected the configuration of a Tango")]
    public void A_configuration_that_is_another_is_named_with_its_key(string file, string word, string other, string message)
    {
        using var tango = Tango();
        tango.Replace(file, text => Regex.Replace(text, word, other));
        var error = Assert.Throws<InvalidDataException>(() => Load(tango)).Message;
        Assert.Contains(tango.At(file), error);
        Assert.Contains(message, error);
    }

    [Fact]
    public void A_denoiser_of_other_sizes_is_told_with_the_configuration_and_a_few_keys()
    {
        using var tango = Tango();
        var config = Path.Combine(tango.Above, "other.json");
        File.WriteAllText(config, (UNet2DConfig() with { CrossAttentionDim = UNet2DConfig().CrossAttentionDim + 8 }).ToJson());
        var error = Assert.Throws<InvalidDataException>(() => Load(tango, config)).Message;
        Assert.Contains("the weights do not fit UNet2DConditionModel", error);
        Assert.Contains($"The network's sizes are those of {config}: take the configuration and the weights of one model.", error);
        Assert.True(error.Split('\n').Length <= 10, error);
    }

    [Theory]
    [InlineData("pytorch_model_main.bin")]
    [InlineData("pytorch_model_vae.bin")]
    [InlineData("pytorch_model_stft.bin")]
    public void Weights_that_are_cut_off_or_hostile_are_named_and_never_run(string file)
    {
        using var tango = Tango();
        var whole = File.ReadAllBytes(tango.At(file));
        tango.Replace(file, whole[..(whole.Length / 2)]);
        Assert.Contains(tango.At(file), Assert.Throws<InvalidDataException>(() => Load(tango)).Message);
        var trace = Path.Combine(tango.Above, "trace");
        tango.Replace(file, Encoding.ASCII.GetBytes($"cposix\nsystem\n(S'touch {trace}'\ntR."));
        Assert.Contains(tango.At(file), Assert.Throws<InvalidDataException>(() => Load(tango)).Message);
        Assert.False(File.Exists(trace));
    }

    [Fact]
    public void A_text_encoder_that_is_not_there_or_whose_tokenizer_is_of_another_size_is_named()
    {
        using var tango = Tango();
        var name = TangoTextTests.RepositoryOf(Entry());
        var options = new TangoOptions { UNetConfig = SnapshotSet.At("configs/diffusion_model_config.json"), Cache = new(tango.Above) };
        var error = Assert.Throws<FileNotFoundException>(() => PublishedTango.Load(new(tango.Path), options)).Message;
        Assert.Contains($"names the text encoder {name}", error);
        Assert.Contains($"fetch it with `tango2 fetch {name}`, or name its folder with --text-encoder.", error);

        using var text = new LinkedFolder(SnapshotSet.Hub.Find(name)!.Folder);
        options = options with { TextEncoder = text.Path };
        text.Replace("config.json", json => Regex.Replace(json, "\"vocab_size\": ?\\d+", "\"vocab_size\": 64"));
        error = Assert.Throws<InvalidDataException>(() => PublishedTango.Load(new(tango.Path), options)).Message;
        Assert.StartsWith(text.At("spiece.model"), error);
        Assert.Contains("must fit into vocab_size, 64", error);
    }

    [Fact]
    public void A_tokenizer_that_contradicts_the_one_beside_it_is_named()
    {
        using var tango = Tango();
        using var text = new LinkedFolder(SnapshotSet.Hub.Find(TangoTextTests.RepositoryOf(Entry()))!.Folder);
        text.Replace("tokenizer.json", _ => """{"model": {"type": "Unigram", "vocab": [["a", 0], ["b", 0]]}}""");
        var error = Assert.Throws<InvalidDataException>(() => PublishedTango.Load(
            new(tango.Path), new() { UNetConfig = SnapshotSet.At("configs/diffusion_model_config.json"), TextEncoder = text.Path })).Message;
        Assert.Contains($"{text.At("tokenizer.json")} beside it tells 2", error);
    }

    [Fact]
    public void A_denoisers_configuration_that_is_not_there_is_told_with_the_option_that_names_it()
    {
        using var tango = Tango();
        var error = Assert.Throws<FileNotFoundException>(
            () => PublishedTango.Load(new(tango.Path), new() { Cache = SnapshotSet.Hub })).Message;
        Assert.Contains("and the published one does not fit", error);
        Assert.EndsWith("Name the file with --unet-config.", error);
    }

    private static ParityFixture Entry() => SnapshotSet.Entry(((ITheoryDataRow)SnapshotSet.Names("tango_text").First()).GetData()[0]!.ToString()!);

    private static Tango2.Models.UNet2DConditionConfig UNet2DConfig() =>
        Tango2.Models.UNet2DConditionConfig.FromJson(File.ReadAllText(SnapshotSet.At("configs/diffusion_model_config.json")));

    private static LinkedFolder Tango(string? without = null)
    {
        SnapshotSet.Need();
        return new(SnapshotSet.Of(Entry()).Folder, file => file == without, "tango");
    }

    private static void Load(LinkedFolder tango, string? config = null) => PublishedTango.Load(
        new(tango.Path), new() { UNetConfig = config ?? SnapshotSet.At("configs/diffusion_model_config.json"), Cache = SnapshotSet.Hub });
}
