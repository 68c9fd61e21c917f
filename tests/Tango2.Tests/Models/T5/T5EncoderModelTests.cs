using Tango2.Models;
using Tango2.Tensors;

namespace Tango2.Tests.Models;

public class T5EncoderModelTests
{
    [Fact]
    public void Only_the_first_block_has_a_table_of_positions()
    {
        using var scope = NewDisposeScope();
        using var model = new T5EncoderModel(MiniScale.TextEncoder);
        Assert.Equal([1, 4, 20, 20], model.Blocks[0].Attention.PositionBias(20).shape);
        Assert.Throws<InvalidOperationException>(() => model.Blocks[1].Attention.PositionBias(20));
    }

    [Fact]
    public void The_two_names_of_the_embedding_are_one_parameter()
    {
        using var scope = NewDisposeScope();
        using var model = new T5EncoderModel(MiniScale.TextEncoder);
        var named = model.state_dict();
        using (no_grad()) named["shared.weight"].fill_(0.25f);
        Assert.Equal(0.25f, named["encoder.embed_tokens.weight"].mean().item<float>());
        var (rows, width) = (MiniScale.TextEncoder.VocabSize, MiniScale.TextEncoder.DModel);
        Assert.Equal(rows * width, model.parameters().Where(p => p.shape[0] == rows).Sum(p => p.numel()));
    }

    [Fact]
    public void What_stands_in_the_padding_does_not_move_the_other_states()
    {
        using var scope = NewDisposeScope();
        using var model = new T5EncoderModel(MiniScale.TextEncoder, Seeds.Generator(3, "t5"));
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
        var config = MiniScale.TextEncoder;
        using var first = new T5EncoderModel(config, Seeds.Generator(7, "t5"));
        using var second = new T5EncoderModel(config, Seeds.Generator(7, "t5"));
        var (a, b) = (first.state_dict(), second.state_dict());
        Assert.All(a.Keys, key => Assert.True(a[key].equal(b[key]).all().item<bool>(), key));
        const string prefix = "encoder.block.1.layer.";
        Assert.Equal(1, a["shared.weight"].std().item<float>(), 0.02);
        Assert.Equal(Math.Pow(config.DModel * config.DKv, -0.5), a[prefix + "0.SelfAttention.q.weight"].std().item<float>(), 0.001);
        Assert.Equal(Math.Pow(config.DModel, -0.5), a[prefix + "0.SelfAttention.k.weight"].std().item<float>(), 0.003);
        Assert.Equal(Math.Pow(config.DFf, -0.5), a[prefix + "1.DenseReluDense.wo.weight"].std().item<float>(), 0.003);
    }

    [Fact]
    public void No_tensor_is_left_by_a_forward_pass()
    {
        using var model = new T5EncoderModel(MiniScale.TextEncoder with { DropoutRate = 0.1 });
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
        using var model = new T5EncoderModel(MiniScale.TextEncoder, Seeds.Generator(1, "t5"));
        var ids = arange(14, dtype: int64).reshape(2, 7);
        model.call(ids, ones_like(ids)).square().mean().backward();
        Assert.All(model.named_parameters(), p => Assert.True(p.parameter.grad is not null, p.name));
    }

    [Fact]
    public void A_mask_of_another_shape_is_refused()
    {
        using var scope = NewDisposeScope();
        using var model = new T5EncoderModel(MiniScale.TextEncoder);
        var error = Assert.Throws<ArgumentException>(
            () => model.call(ones(2, 7, dtype: int64), ones(2, 6, dtype: int64)));
        Assert.Contains("mask must be [B, S]", error.Message);
    }
}
