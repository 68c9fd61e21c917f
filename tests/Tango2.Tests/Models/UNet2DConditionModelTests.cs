using Tango2.Models;

namespace Tango2.Tests.Models;

public class UNet2DConditionModelTests
{
    private static readonly UNet2DConditionConfig Tiny = MiniScale.UNet with
    {
        BlockOutChannels = [16, 16, 16, 16],
        AttentionHeadDim = [2, 2, 2, 2],
        CrossAttentionDim = 12,
    };

    [Fact]
    public void Batch_of_two_equals_two_batches_of_one_and_padding_does_not_count()
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        random.manual_seed(3);
        using var model = new UNet2DConditionModel(Tiny);
        var (x, times, text) = (randn(2, 8, 16, 8), tensor(new long[] { 40, 900 }), randn(2, 5, 12));
        var mask = tensor(new[,] { { true, true, true, false, false }, { true, true, true, true, true } });
        var both = model.call(x, times, text, mask);
        Golden.Close(both[..1], model.call(x[..1], times[..1], text[..1, ..3], null), 1e-5, 1e-4, "first");
        Golden.Close(both[1..], model.call(x[1..], times[1], text[1..], mask[1..]), 1e-5, 1e-4, "second");
    }

    [Fact]
    public void Forward_and_backward_leave_no_tensor_behind()
    {
        using var model = new UNet2DConditionModel(Tiny);
        Step();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (var i = 0; i < 3; i++) Step();
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);

        void Step()
        {
            using var scope = NewDisposeScope();
            model.zero_grad();
            model.call(randn(2, 8, 16, 8), tensor(new long[] { 4, 9 }), randn(2, 5, 12), ones(2, 5)).mean().backward();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Only_the_code_of_positions_tells_a_transformer_where_things_are(bool positions)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        random.manual_seed(5);
        using var model = new Transformer2DModel(16, 2, Tiny with { SinusoidalPositions = positions });
        var (x, text) = (randn(1, 16, 6, 4), randn(1, 3, 12));
        var there = model.call(x.flip(2), new(x, text, null)).flip(2);
        Assert.Equal(!positions, allclose(model.call(x, new(x, text, null)), there, rtol: 1e-4, atol: 1e-4));
    }

    [Fact]
    public void Half_of_the_position_code_tells_the_time_and_half_the_frequency()
    {
        using var scope = NewDisposeScope();
        var code = SinusoidalPositionCode.Tokens(16, 6, 4, zeros(1)).reshape(6, 4, 16);
        Assert.True(code[2, 0, ..8].equal(code[2, 3, ..8]).all().item<bool>());
        Assert.True(code[0, 3, 8..].equal(code[5, 3, 8..]).all().item<bool>());
        Assert.Equal(Math.Sin(2), code[2, 3, 0].item<float>(), 1e-6);
        Assert.Equal(Math.Cos(3), code[2, 3, 12].item<float>(), 1e-6);
        var e = Assert.Throws<ArgumentException>(() => SinusoidalPositionCode.Tokens(6, 1, 1, code));
        Assert.StartsWith("channels must be a positive multiple of 4, but is 6.", e.Message);
    }

    [Fact]
    public void Misshapen_inputs_are_refused_by_name()
    {
        using var scope = NewDisposeScope();
        using var model = new UNet2DConditionModel(Tiny);
        var e = Assert.Throws<ArgumentException>(() => model.call(zeros(2, 8, 8, 8), zeros(2), zeros(3, 5, 12), null));
        Assert.Equal("encoderHiddenStates must be [B, S, 12], but is [3, 5, 12]: B is 2 in noisyLatents.", e.Message);
        e = Assert.Throws<ArgumentException>(() => model.call(zeros(2, 4, 8, 8), zeros(2), zeros(2, 5, 12), null));
        Assert.Equal("noisyLatents must be [*, 8, *, *], but is [2, 4, 8, 8]: dimension 1 must be 8.", e.Message);
    }
}
