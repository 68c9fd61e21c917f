using Tango2.Checkpoints;
using Tango2.Pipelines;

namespace Tango2.Tests.Pipelines;

public sealed class ModelStoreTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_loaded_network_outlives_the_scope_that_it_was_loaded_in()
    {
        var store = new ModelStore(_folder.FullName);
        using (var made = ModelStore.NewClap("a")) StateDict.Save(store.PathOf("clap-a.safetensors"), made);
        using var outer = NewDisposeScope();
        var network = Load();
        Assert.Equal([1, 64], network.AudioEmbedding(zeros(1, 1, 128, 32)).shape);

        Tango2.Models.ClapModel Load()
        {
            using var scope = NewDisposeScope();
            return store.Clap("a");
        }
    }

    [Fact]
    public void A_missing_file_names_the_stage_that_makes_it()
    {
        var store = new ModelStore(_folder.FullName);
        Assert.Contains("train mini vae`", Assert.Throws<FileNotFoundException>(() => store.Vae()).Message);
        Assert.Contains("train mini clap-b`", Assert.Throws<FileNotFoundException>(() => store.Clap("b")).Message);
    }
}
