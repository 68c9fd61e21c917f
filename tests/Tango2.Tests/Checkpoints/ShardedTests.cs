using Tango2.Checkpoints;

namespace Tango2.Tests.Checkpoints;

public sealed class ShardedTests : IDisposable
{
    private const string One = "model-00001-of-00002.safetensors", Two = "model-00002-of-00002.safetensors";

    private readonly TemporaryFolder _folder = new();

    private string Index => _folder["model.safetensors.index.json"];

    public ShardedTests()
    {
        using var scope = NewDisposeScope();
        SafeTensors.Write(_folder[One], [new("weight", full(2, 3, 2f))]);
        SafeTensors.Write(_folder[Two], [new("bias", full(2, 3f).to(float16))]);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_model_of_two_files_fills_a_network()
    {
        using var scope = NewDisposeScope();
        WriteIndex($"\"weight\": \"{One}\", \"bias\": \"{Two}\"");
        var module = nn.Linear(3, 2);
        StateDict.Load(module, Index);
        Assert.Equal(2, module.weight!.mean().item<float>());
        Assert.Equal(3, module.bias!.mean().item<float>());
        using var reader = CheckpointReader.Open(Index);
        Assert.Equal("Float16 [2]", reader.Entries["bias"].Describe());
        Assert.Equal([3f, 3f], reader.Read("bias").to(float32).data<float>().ToArray());
        Assert.Equal("safetensors in 2 shards", reader.Format);
    }

    [Theory]
    [InlineData("\"weight\": \"model-1.safetensors\"", "shard 'model-1.safetensors' of key 'weight' is missing")]
    [InlineData("\"weight\": \"" + One + "\", \"scale\": \"" + One + "\", \"bias\": \"" + Two + "\"",
        "key 'scale' is not in its shard '" + One + "'")]
    [InlineData("\"weight\": \"" + Two + "\"", "key 'weight' is not in its shard '" + Two + "'")]
    [InlineData("\"weight\": \"" + One + "\", \"other\": \"extra.safetensors\"",
        "shard 'extra.safetensors' holds key 'weight', which the weight_map places in '" + One + "'")]
    [InlineData("\"other\": \"extra.safetensors\"",
        "shard 'extra.safetensors' holds key 'weight', which the weight_map places nowhere")]
    [InlineData("\"weight\": \"../model.safetensors\"", "shard '../model.safetensors' of key 'weight' must be the name of a file beside")]
    [InlineData("\"weight\": \"..\"", "must be the name of a file beside the index")]
    [InlineData("\"weight\": \"/etc/passwd\"", "must be the name of a file beside the index")]
    [InlineData("\"weight\": \"C:\\\\x\"", "must be the name of a file beside the index")]
    [InlineData("\"weight\": \"\"", "must be the name of a file beside the index")]
    [InlineData("\"weight\": 3", "key 'weight' in the weight_map must name a file, but is Number")]
    [InlineData("\"weight\": \"" + One + "\", \"weight\": \"" + One + "\"", "key 'weight' stands twice in the weight_map")]
    [InlineData("\"weight\": \"damaged.safetensors\"",
        "shard 'damaged.safetensors' cannot be read: ")]
    [InlineData("\"weight", "the index is not valid JSON")]
    public void What_does_not_agree_is_named(string map, string message)
    {
        using var scope = NewDisposeScope();
        SafeTensors.Write(_folder["extra.safetensors"], [new("other", zeros(1)), new("weight", zeros(1))]);
        File.WriteAllBytes(_folder["damaged.safetensors"], [1, 2, 3]);
        WriteIndex(map);
        var error = Assert.Throws<InvalidDataException>(() => CheckpointReader.Open(Index));
        Assert.StartsWith(Index + ": ", error.Message);
        Assert.Contains(message, error.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"metadata\": {}}")]
    [InlineData("{\"weight_map\": []}")]
    public void An_index_without_a_map_is_refused(string text)
    {
        File.WriteAllText(Index, text);
        Assert.StartsWith(Index + ": ", Assert.Throws<InvalidDataException>(() => CheckpointReader.Open(Index)).Message);
    }

    private void WriteIndex(string map) =>
        File.WriteAllText(Index, $"{{\"metadata\": {{\"total_size\": 28}}, \"weight_map\": {{{map}}}}}");
}
