using Tango2.Checkpoints;
using Tango2.Models;
using Tango2.Tensors;

namespace Tango2.Tests.Models;

public class T5EncoderModelTests
{
    [Fact]
    public void States_equal_the_references()
    {
        using var scope = NewDisposeScope();
        var (model, file) = Reference();
        using var unrecorded = no_grad();
        var states = model.call(file["input.input_ids"], file["input.attention_mask"]);
        Golden.Close(file["output.last_hidden_state"], states, 2e-5, 1e-4, "last_hidden_state");
        var uncond = model.call(file["input.uncond.input_ids"], file["input.uncond.attention_mask"]);
        Golden.Close(file["output.uncond.last_hidden_state"], uncond, 2e-5, 1e-4, "uncond.last_hidden_state");
    }

    [Fact]
    public void States_without_padding_equal_the_references()
    {
        using var scope = NewDisposeScope();
        var (model, file) = Reference();
        using var unrecorded = no_grad();
        var ids = file["input.input_ids"].narrow(0, 0, 1).narrow(1, 0, 20);
        var states = model.call(ids, ones_like(ids));
        Golden.Close(file["output.no_mask.last_hidden_state"], states, 2e-5, 1e-4, "no_mask.last_hidden_state");
    }

    [Fact]
    public void The_first_blocks_position_bias_equals_the_references()
    {
        using var scope = NewDisposeScope();
        var (model, file) = Reference();
        var bias = model.Blocks[0].Attention.PositionBias(20);
        Golden.Close(file["output.position_bias.L20"], bias, 0, 0, "position_bias");
        Assert.Throws<InvalidOperationException>(() => model.Blocks[1].Attention.PositionBias(20));
    }

    [Fact]
    public void Buckets_of_distances_equal_the_references()
    {
        using var scope = NewDisposeScope();
        var expected = SafeTensors.Read(Golden.Path("t5_encoder.safetensors"))["output.relative_bucket"];
        var buckets = T5Attention.RelativePositionBuckets(arange(-200, 201, dtype: int64), buckets: 32, maxDistance: 128);
        Golden.Close(expected, buckets, 0, 0, "relative_bucket");
    }

    [Fact]
    public void The_tanh_form_of_gelu_equals_the_references()
    {
        using var scope = NewDisposeScope();
        var file = SafeTensors.Read(Golden.Path("t5_encoder.safetensors"));
        var y = T5DenseGatedActDense.NewGelu(file["input.gelu_new.x"]);
        Golden.Close(file["output.gelu_new.y"], y, 1e-6, 1e-6, "gelu_new");
    }

    [Fact]
    public void Small_values_pass_the_norm_as_in_the_reference()
    {
        using var scope = NewDisposeScope();
        var (model, _) = Reference();
        using var unrecorded = no_grad();
        var probes = SafeTensors.Read(Golden.Path("eps_probes.safetensors"));
        var norm = (T5LayerNorm)model.named_modules()
            .First(m => m.name == "encoder.block.0.layer.0.layer_norm").module;
        Golden.Close(probes["output.t5.layer_norm"], norm.call(probes["input.t5.layer_norm"]), 2e-5, 1e-4, "layer_norm");
        var block = model.Blocks[0].call(probes["input.t5.block0"], model.Blocks[0].Attention.PositionBias(6));
        Golden.Close(probes["output.t5.block0"], block, 2e-5, 1e-4, "block0");
    }

    [Fact]
    public void Keys_at_full_size_are_those_of_flan_t5_large()
    {
        using var scope = NewDisposeScope();
        using var model = new T5EncoderModel(T5Config.FlanT5Large, device: META);
        var shapes = model.state_dict().ToDictionary(p => p.Key, p => string.Join("x", p.Value.shape));
        Assert.Equal(2 + 24 * 9 + 1 + 1, shapes.Count);
        Assert.Equal("32128x1024", shapes["shared.weight"]);
        Assert.Equal("32128x1024", shapes["encoder.embed_tokens.weight"]);
        Assert.Equal("1024x1024", shapes["encoder.block.23.layer.0.SelfAttention.o.weight"]);
        Assert.Equal("32x16", shapes["encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight"]);
        Assert.DoesNotContain("encoder.block.1.layer.0.SelfAttention.relative_attention_bias.weight", shapes.Keys);
        Assert.Equal("2816x1024", shapes["encoder.block.23.layer.1.DenseReluDense.wi_1.weight"]);
        Assert.Equal("1024", shapes["encoder.final_layer_norm.weight"]);
    }

    [Fact]
    public void The_two_names_of_the_embedding_are_one_parameter()
    {
        using var scope = NewDisposeScope();
        using var model = new T5EncoderModel(T5Config.Mini);
        var named = model.state_dict();
        using (no_grad()) named["shared.weight"].fill_(0.25f);
        Assert.Equal(0.25f, named["encoder.embed_tokens.weight"].mean().item<float>());
        Assert.Equal(T5Config.Mini.VocabSize * 96, model.parameters().Where(p => p.shape[0] == 512).Sum(p => p.numel()));
    }

    [Fact]
    public void What_stands_in_the_padding_does_not_move_the_other_states()
    {
        using var scope = NewDisposeScope();
        using var model = new T5EncoderModel(T5Config.Mini, Seeds.Generator(3, "t5"));
        model.eval();
        using var unrecorded = no_grad();
        var mask = tensor(new long[] { 1, 1, 1, 0, 0 }).unsqueeze(0);
        var one = model.call(tensor(new long[] { 5, 6, 1, 0, 0 }).unsqueeze(0), mask);
        var other = model.call(tensor(new long[] { 5, 6, 1, 40, 41 }).unsqueeze(0), mask);
        Golden.Close(one.narrow(1, 0, 3), other.narrow(1, 0, 3), 1e-6, 0, "states before the padding");
        var alone = model.call(tensor(new long[] { 5, 6, 1 }).unsqueeze(0), ones(1, 3, dtype: int64));
        Golden.Close(alone, one.narrow(1, 0, 3), 1e-5, 1e-5, "states of the prompt alone");
    }

    [Fact]
    public void The_same_seed_draws_the_same_weights_of_T5s_spread()
    {
        using var scope = NewDisposeScope();
        var config = T5Config.Mini;
        using var first = new T5EncoderModel(config, Seeds.Generator(7, "t5"));
        using var second = new T5EncoderModel(config, Seeds.Generator(7, "t5"));
        var (a, b) = (first.state_dict(), second.state_dict());
        Assert.All(a.Keys, key => Assert.True(a[key].equal(b[key]).all().item<bool>(), key));
        const string prefix = "encoder.block.1.layer.";
        Assert.Equal(1, a["shared.weight"].std().item<float>(), 0.02);
        Assert.Equal(Math.Pow(96 * 24, -0.5), a[prefix + "0.SelfAttention.q.weight"].std().item<float>(), 0.001);
        Assert.Equal(Math.Pow(96, -0.5), a[prefix + "0.SelfAttention.k.weight"].std().item<float>(), 0.003);
        Assert.Equal(Math.Pow(192, -0.5), a[prefix + "1.DenseReluDense.wo.weight"].std().item<float>(), 0.003);
    }

    [Fact]
    public void No_tensor_is_left_by_a_forward_pass()
    {
        using var model = new T5EncoderModel(T5Config.Mini with { DropoutRate = 0.1 });
        using var ids = ones(2, 7, dtype: int64);
        model.call(ids, ids).Dispose();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        model.call(ids, ids).Dispose();
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Gradients_reach_every_parameter()
    {
        using var scope = NewDisposeScope();
        using var model = new T5EncoderModel(T5Config.Mini, Seeds.Generator(1, "t5"));
        var ids = arange(14, dtype: int64).reshape(2, 7);
        model.call(ids, ones_like(ids)).square().mean().backward();
        Assert.All(model.named_parameters(), p => Assert.True(p.parameter.grad is not null, p.name));
    }

    [Fact]
    public void A_mask_of_another_shape_is_refused()
    {
        using var scope = NewDisposeScope();
        using var model = new T5EncoderModel(T5Config.Mini);
        var error = Assert.Throws<ArgumentException>(
            () => model.call(ones(2, 7, dtype: int64), ones(2, 6, dtype: int64)));
        Assert.Contains("mask must be [B, S]", error.Message);
    }

    private static (T5EncoderModel Model, Dictionary<string, Tensor> File) Reference()
    {
        var path = Golden.Path("t5_encoder.safetensors");
        var file = SafeTensors.Read(path);
        var model = new T5EncoderModel(T5Config.FromJson(SafeTensors.ReadMetadata(path)["config"]));
        StateDict.Load(model, file.Where(t => !t.Key.StartsWith("input.") && !t.Key.StartsWith("output.")).ToDictionary());
        model.eval();
        return (model, file);
    }
}
