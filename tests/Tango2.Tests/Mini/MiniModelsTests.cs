using Tango2.Checkpoints;
using Tango2.Models;

namespace Tango2.Tests.Mini;

public sealed class MiniModelsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_loaded_network_outlives_the_scope_that_it_was_loaded_in()
    {
        var store = new MiniModels(_folder.FullName);
        using (var made = new ClapModel(MiniScale.Clap("a"))) StateDict.Save(store.PathOf("clap-a.safetensors"), made);
        using var outer = NewDisposeScope();
        var network = Load();
        Assert.Equal([1, 64], network.AudioEmbedding(zeros(1, 1, 128, 32)).shape);

        ClapModel Load()
        {
            using var scope = NewDisposeScope();
            return store.ClapNetwork("a");
        }
    }

    [Fact]
    public void A_missing_file_names_the_stage_that_makes_it()
    {
        var store = new MiniModels(_folder.FullName);
        Assert.Contains("train mini vae`", Assert.Throws<FileNotFoundException>(() => store.Vae()).Message);
        Assert.Contains("train mini clap-b`", Assert.Throws<FileNotFoundException>(() => store.Clap("b")).Message);
    }

    // trial 20: an own U-Net is accepted
    [Fact]
    public void An_own_network_is_a_model_by_its_name_or_by_its_file()
    {
        using var scope = NewDisposeScope();
        var store = new MiniModels(_folder.FullName);
        using var made = new UNet2DConditionModel(MiniScale.UNet);
        StateDict.Save(store.PathOf("unet-mine.safetensors"), made);
        StateDict.Save(store.PathOf("elsewhere.safetensors"), made);
        Assert.Equal(["mine"], store.Names());
        foreach (var model in new[] { "mine", store.PathOf("elsewhere.safetensors") })
        {
            using var loaded = store.UNet(model);
            Assert.True(made.parameters().Zip(loaded.parameters()).All(p => p.First.equal(p.Second).all().item<bool>()));
        }
    }

    [Theory]
    [InlineData("yours", "There is no model 'yours' in FOLDER, which has mine: name one of them or a .safetensors file with a U-Net.")]
    [InlineData("../mine", "There is no model '../mine' in FOLDER, which has mine: name one of them or a .safetensors file with a U-Net.")]
    [InlineData("", "There is no model '' in FOLDER, which has mine: name one of them or a .safetensors file with a U-Net.")]
    [InlineData("no.safetensors", "There is no file no.safetensors with a U-Net.")]
    [InlineData("base", "FOLDER/unet-base.safetensors does not exist: run `tango2 train mini unet-base` to make it.")]
    public void A_model_that_is_not_there_is_told_with_those_that_are(string model, string message)
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "unet-mine.safetensors"), "");
        Assert.Equal(message.Replace("FOLDER", _folder.FullName, StringComparison.Ordinal),
            Assert.Throws<FileNotFoundException>(() => new MiniModels(_folder.FullName).UNet(model)).Message);
    }

    [Theory]
    [InlineData(null, "missing")]
    [InlineData("1,5", "1,5")]
    [InlineData("NaN", "NaN")]
    [InlineData("0", "0")]
    public void A_scale_of_latents_that_is_no_number_is_told(string? scale, string found)
    {
        var store = new MiniModels(_folder.FullName);
        using (var made = new AutoencoderKL(MiniScale.Vae))
            StateDict.Save(store.PathOf("vae.safetensors"), made, metadata: scale is null ? null : new Dictionary<string, string>
            {
                ["scale_factor"] = scale,
            });
        Assert.Equal(
            $"{store.PathOf("vae.safetensors")}: scale_factor in its metadata must be a number above 0, but is {found}.",
            Assert.Throws<InvalidDataException>(() => store.Vae()).Message);
    }
}
