using Tango2.Checkpoints;

namespace Tango2.Tests.Checkpoints;

public sealed class StateDictTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".safetensors");

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Weights_saved_are_weights_loaded()
    {
        using var scope = NewDisposeScope();
        var (saved, loaded) = (nn.Linear(3, 2), nn.Linear(3, 2));
        StateDict.Save(_path, saved);
        StateDict.Load(loaded, SafeTensors.Read(_path));
        Golden.Close(saved.weight!, loaded.weight!, atol: 0, rtol: 0, "weight");
        Assert.True(loaded.weight!.requires_grad);
    }

    [Fact]
    public void Half_precision_files_fill_float32_parameters()
    {
        using var scope = NewDisposeScope();
        var (saved, loaded) = (nn.Linear(3, 2), nn.Linear(3, 2));
        StateDict.Save(_path, saved, half: true);
        var read = SafeTensors.Read(_path);
        Assert.Equal(float16, read["weight"].dtype);
        StateDict.Load(loaded, read);
        Assert.Equal(float32, loaded.weight!.dtype);
        Golden.Close(saved.weight!, loaded.weight!, atol: 1e-3, rtol: 0, "weight");
    }

    [Fact]
    public void A_prefix_chooses_one_of_two_models()
    {
        using var scope = NewDisposeScope();
        var module = nn.Linear(1, 1);
        StateDict.Load(module, new Dictionary<string, Tensor>
        {
            ["a.weight"] = full(1, 1, 2f),
            ["a.bias"] = zeros(1),
            ["b.weight"] = zeros(1, 1),
        }, "a.");
        Assert.Equal(2, module.weight!.item<float>());
    }

    [Fact]
    public void Every_misfit_is_listed_and_nothing_is_copied()
    {
        using var scope = NewDisposeScope();
        var module = nn.BatchNorm1d(2);
        var before = module.bias!.clone();
        var error = Assert.Throws<InvalidDataException>(() => StateDict.Load(module, new Dictionary<string, Tensor>
        {
            ["weight"] = zeros(3),
            ["bias"] = full(2, 5f),
            ["extra"] = zeros(1),
            ["num_batches_tracked"] = zeros(0).sum(),
        }));
        Assert.Contains("missing running_mean", error.Message);
        Assert.Contains("missing running_var", error.Message);
        Assert.Contains("unexpected extra", error.Message);
        Assert.Contains("misshapen weight: expected Float32 [2], found Float32 [3]", error.Message);
        Assert.Contains("misshapen num_batches_tracked: expected Int64 [], found Float32 []", error.Message);
        Golden.Close(before, module.bias!, atol: 0, rtol: 0, "bias");
    }
}
