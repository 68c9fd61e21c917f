using Tango2.Checkpoints;
using Tango2.Models;

namespace Tango2.Tests.Checkpoints;

public sealed class KeyRenameTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Brackets_carry_over_and_other_keys_stay()
    {
        var network = new ForeignNetwork("N", "") { Renames = [new("a\\.(\\d+)\\.(.+)", "b.$1.c.$2")] };
        Assert.Equal("b.3.c.weight", network.Renamed("a.3.weight", []).Own);
        Assert.Equal("aa.3.weight", network.Renamed("aa.3.weight", []).Own);
    }

    [Fact]
    public void Levels_are_counted_from_the_other_end_of_all_levels()
    {
        var layout = ForeignLayouts.All.Single(l => l.Name == "autoencoder of diffusers");
        string[] keys =
        [
            "quant_conv.weight", "encoder.down_blocks.0.resnets.0.conv1.weight", "decoder.up_blocks.0.upsamplers.0.conv.weight",
            "decoder.up_blocks.2.resnets.1.conv_shortcut.bias",
        ];
        var own = layout.KeysOf("AutoencoderKL", keys);
        Assert.Equal("decoder.up_blocks.0.upsamplers.0.conv.weight", own["decoder.up.2.upsample.conv.weight"]);
        Assert.Equal("decoder.up_blocks.2.resnets.1.conv_shortcut.bias", own["decoder.up.0.block.1.nin_shortcut.bias"]);
    }

    [Fact]
    public void An_autoencoder_of_diffusers_fills_ours()
    {
        using var scope = NewDisposeScope();
        var config = new AutoencoderKLConfig
        {
            Layers = new() { Ch = 8, ChMult = [1, 2], NumResBlocks = 1, ZChannels = 4, NormNumGroups = 4 },
            EmbedDim = 4,
            ScaleFactor = 1,
        };
        var (saved, loaded) = (new AutoencoderKL(config), new AutoencoderKL(config));
        SafeTensors.Write(_folder["a.safetensors"], saved.state_dict().Select(t => KeyValuePair.Create(Theirs(t.Key), Flat(t.Key, t.Value))));
        Assert.Equal("autoencoder of diffusers", ForeignLayouts.Load(loaded, _folder["a.safetensors"]));
        var tensors = loaded.state_dict();
        foreach (var (key, value) in saved.state_dict()) Golden.Close(value, tensors[key], 0, 0, key);

        static string Theirs(string key)
        {
            var parts = key.Split('.');
            if (parts[1] is "down" or "up")
            {
                parts[2] = parts[1] == "up" ? $"{1 - int.Parse(parts[2], null)}" : parts[2];
                parts[1] += "_blocks";
                parts[3] = parts[3] switch { "block" => "resnets", var step => step + "rs.0" };
            }
            return string.Join('.', parts)
                .Replace("nin_shortcut", "conv_shortcut", StringComparison.Ordinal)
                .Replace("mid.block_1", "mid_block.resnets.0", StringComparison.Ordinal)
                .Replace("mid.block_2", "mid_block.resnets.1", StringComparison.Ordinal)
                .Replace("mid.attn_1.norm", "mid_block.attentions.0.group_norm", StringComparison.Ordinal)
                .Replace("mid.attn_1.proj_out", "mid_block.attentions.0.to_out.0", StringComparison.Ordinal)
                .Replace("mid.attn_1.", "mid_block.attentions.0.to_", StringComparison.Ordinal)
                .Replace("norm_out", "conv_norm_out", StringComparison.Ordinal);
        }

        static Tensor Flat(string key, Tensor value) =>
            key.Contains("attn_1", StringComparison.Ordinal) && value.dim() == 4 ? value.squeeze(-1).squeeze(-1) : value;
    }

    [Fact]
    public void Parts_make_up_one_tensor_in_their_order()
    {
        using var scope = NewDisposeScope();
        Write(("query.weight", 1), ("key.weight", 2), ("value.weight", 3));
        var module = nn.Linear(2, 6, hasBias: false);
        Load(module);
        Assert.Equal([1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3], module.weight!.data<float>().ToArray());
    }

    [Fact]
    public void A_part_that_is_missing_is_told_with_those_that_are_there()
    {
        using var scope = NewDisposeScope();
        Write(("query.weight", 1), ("value.weight", 3));
        var message = Assert.Throws<InvalidDataException>(() => Load(nn.Linear(2, 6, hasBias: false))).Message;
        Assert.Contains(
            "not 3 tensors of one shape that make up weight: query.weight Float32 [2, 2], value.weight Float32 [2, 2]",
            message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GPT-2 of transformers", "")]
    [InlineData("GPT-2 of transformers, with its head", "transformer.")]
    public void A_language_model_is_read_with_and_without_its_head(string layout, string prefix)
    {
        using var scope = NewDisposeScope();
        var config = new Gpt2Config { NEmbd = 8, NHead = 2, NLayer = 1, NPositions = 4 };
        var (saved, loaded) = (new Gpt2Model(config), new Gpt2Model(config));
        var tensors = saved.state_dict().ToDictionary(t => prefix + t.Key, t => t.Value);
        tensors[prefix + "wte.weight"] = zeros(5, 8);
        tensors[prefix + "h.0.attn.bias"] = ones(1, 1, 4, 4);
        if (prefix.Length > 0) tensors["lm_head.weight"] = zeros(5, 8);
        SafeTensors.Write(_folder["g.safetensors"], tensors);
        Assert.Equal(layout, ForeignLayouts.Load(loaded, _folder["g.safetensors"]));
        foreach (var (key, value) in saved.state_dict()) Golden.Close(value, loaded.state_dict()[key], 0, 0, key);
    }

    private void Write(params (string Key, float Value)[] tensors) => SafeTensors.Write(
        _folder["p.safetensors"], tensors.Select(t => KeyValuePair.Create(t.Key, full([2, 2], t.Value))));

    private void Load(nn.Module module)
    {
        string[] parts = ["query", "key", "value"];
        var network = new ForeignNetwork("Linear", "")
        {
            Renames = [.. parts.Select((part, i) => new KeyRename($"{part}\\.(.+)", "$1") { Part = i, Parts = 3 })],
        };
        using var reader = CheckpointReader.Open(_folder["p.safetensors"]);
        StateDict.Load(module, reader, reader.Entries.Keys.Select(k => network.Renamed(k, [])), [], "");
    }
}
