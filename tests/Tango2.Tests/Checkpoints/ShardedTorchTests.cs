using Tango2.Checkpoints;
using Tango2.Cli;
using Tango2.Cli.Verbs;

namespace Tango2.Tests.Checkpoints;

/// <summary>An index of PyTorch's own files; cases: ckpt/pytorch_model.bin.index.json.</summary>
public sealed class ShardedTorchTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Index => _folder["pytorch_model.bin.index.json"];

    public ShardedTorchTests()
    {
        using var scope = NewDisposeScope();
        Dictionary<string, object?> weight = new() { ["weight"] = arange(6).reshape(2, 3).to(float32) };
        Dictionary<string, object?> bias = new() { ["bias"] = tensor(new[] { 3f, -4 }), ["note"] = "no tensor" };
        TorchFile.Write(_folder["1.bin"], weight);
        TorchFile.WriteLegacy(_folder["1.pt"], weight);
        TorchFile.Write(_folder["2.bin"], bias);
        TorchFile.WriteLegacy(_folder["2.ckpt"], bias);
        SafeTensors.Write(_folder["2.safetensors"], [new("bias", tensor(new[] { 3f, -4 }))]);
        TorchFile.Write(_folder["both.bin"], new Dictionary<string, object?> { ["weight"] = ones(1), ["other"] = ones(1) });
        File.WriteAllText(_folder["damaged.bin"], "<html>404</html>");
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("1.bin", "2.bin", "PyTorch zip in 2 shards")]
    [InlineData("1.pt", "2.ckpt", "PyTorch before 1.6 in 2 shards")]
    [InlineData("1.bin", "2.ckpt", "PyTorch before 1.6 and PyTorch zip in 2 shards")]
    [InlineData("1.pt", "2.safetensors", "PyTorch before 1.6 and safetensors in 2 shards")]
    public void A_model_of_two_files_fills_a_network(string first, string second, string format)
    {
        using var scope = NewDisposeScope();
        Write($"\"weight\": \"{first}\", \"bias\": \"{second}\"");
        var module = nn.Linear(3, 2);
        StateDict.Load(module, Index);
        Assert.Equal([0f, 1, 2, 3, 4, 5], module.weight!.detach().data<float>().ToArray());
        Assert.Equal([3f, -4], module.bias!.detach().data<float>().ToArray());
        var text = Inspect(Index);
        Assert.Contains($"{format}: 2 tensors, 8 numbers, 0.0 MiB", text);
        Assert.Matches(@"weight +│? *\[2, 3\] +│? *Float32", text);
    }

    [Theory]
    [InlineData("\"weight\": \"3.bin\"", "shard '3.bin' of key 'weight' is missing")]
    [InlineData("\"weight\": \"2.bin\"", "key 'weight' is not in its shard '2.bin'")]
    [InlineData("\"weight\": \"both.bin\"", "shard 'both.bin' holds key 'other', which the weight_map places nowhere")]
    [InlineData("\"other\": \"both.bin\", \"weight\": \"1.bin\"",
        "shard 'both.bin' holds key 'weight', which the weight_map places in '1.bin'")]
    [InlineData("\"weight\": \"../1.bin\"", "shard '../1.bin' of key 'weight' must be the name of a file beside the index")]
    [InlineData("\"weight\": \"/1.bin\"", "must be the name of a file beside the index")]
    [InlineData("\"weight\": \"damaged.bin\"", "shard 'damaged.bin' cannot be read: ")]
    [InlineData("\"weight\": \"pytorch_model.bin.index.json\"", "shard 'pytorch_model.bin.index.json' cannot be read: ")]
    public async Task What_does_not_agree_is_named(string map, string message)
    {
        Write(map);
        var errors = new StringWriter();
        Assert.Equal(2, await Program.Run(["inspect", Index], errors));
        Assert.StartsWith($"tango2: {Index}: ", errors.ToString());
        Assert.Contains(message, errors.ToString());
    }

    [Theory]
    [InlineData("32", false)]
    [InlineData("3.2e1", false)]
    [InlineData("\"32\"", false)] // no number, so it says nothing
    [InlineData("28", true)]
    [InlineData("36", true)]
    public void Another_total_size_is_told_and_the_weights_are_read(string total, bool told)
    {
        using var scope = NewDisposeScope();
        Write("\"weight\": \"1.bin\", \"bias\": \"2.bin\"", total);
        var warnings = WarningsOf.Run(() => Assert.Equal(-4f, CheckpointReader.Open(Index).Read("bias")[1].item<float>()));
        Assert.Equal(told ? $"warning: {Index}: its total_size is {total} bytes, but its tensors have 32; they are read all the same.\n" : "",
            warnings);
    }

    [Theory]
    [InlineData("24", false)] // tied weights counted once, as transformers does
    [InlineData("48", false)]
    [InlineData("72", true)]
    public void Tied_weights_count_once_or_each(string total, bool told)
    {
        using var scope = NewDisposeScope();
        var shared = arange(6).to(float32);
        TorchFile.Write(_folder["tied.bin"], new Dictionary<string, object?> { ["a"] = shared, ["b"] = shared });
        Write("\"a\": \"tied.bin\", \"b\": \"tied.bin\"", total);
        Assert.Equal(told, WarningsOf.Run(() => CheckpointReader.Open(Index).Dispose()).Contains("total_size", StringComparison.Ordinal));
    }

    [Fact]
    public void A_folder_stands_for_its_index_or_for_its_only_checkpoint()
    {
        using var scope = NewDisposeScope();
        var folder = Directory.CreateDirectory(_folder["model"]).FullName;
        var message = Assert.Throws<FileNotFoundException>(() => CheckpointReader.Open(folder)).Message;
        Assert.StartsWith($"The folder {folder} has no checkpoint: expected an index", message);
        File.Copy(_folder["1.bin"], Path.Combine(folder, "1.bin"));
        File.WriteAllText(Path.Combine(folder, "config.json"), "{}");
        using (var reader = CheckpointReader.Open(folder)) Assert.Equal(["weight"], reader.Entries.Keys);
        File.Copy(_folder["2.bin"], Path.Combine(folder, "2.bin"));
        Assert.Equal($"The folder {folder} has 2 checkpoints; name one of them: 1.bin, 2.bin.",
            Assert.Throws<InvalidDataException>(() => CheckpointReader.Open(folder)).Message);
        File.WriteAllText(Path.Combine(folder, "model.bin.index.fp16.json"),
            """{"weight_map": {"weight": "1.bin", "bias": "2.bin"}}""");
        Assert.Contains("PyTorch zip in 2 shards: 2 tensors", Inspect(folder));
        var module = nn.Linear(3, 2);
        StateDict.Load(module, folder);
        Assert.Equal([3f, -4], module.bias!.detach().data<float>().ToArray());
        File.WriteAllText(Path.Combine(folder, "model.safetensors.index.json"), "{}");
        Assert.EndsWith("has 2 checkpoints; name one of them: model.bin.index.fp16.json, model.safetensors.index.json.",
            Assert.Throws<InvalidDataException>(() => CheckpointReader.Open(folder)).Message);
    }

    private static string Inspect(string path)
    {
        var output = new StringWriter();
        Assert.Equal(0, InspectVerb.Print(path, output));
        return output.ToString();
    }

    private void Write(string map, string total = "32") =>
        File.WriteAllText(Index, $"{{\"metadata\": {{\"total_size\": {total}}}, \"weight_map\": {{{map}}}}}");
}
