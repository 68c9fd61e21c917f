using Tango2.Models;

namespace Tango2.Tests.Models;

public class Gpt2ModelTests
{
    private static readonly Gpt2Config Small = new() { NEmbd = 16, NHead = 4, NLayer = 2, NPositions = 12 };

    [Fact]
    public void A_place_does_not_see_those_after_it()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (model, states, mask) = (Model(), States(6), ones(2, 6, int64));
        var before = model.call(states, mask);
        var changed = states.clone();
        changed[.., 4..] *= -1; // A sum would not do: the normalisation takes it off.
        var after = model.call(changed, mask);
        Golden.Close(before[.., ..4], after[.., ..4], 1e-6, 0, "what comes before the change");
        Assert.True((before[.., 4..] - after[.., 4..]).abs().max().item<float>() > 1e-3);
    }

    [Fact]
    public void What_the_mask_hides_changes_nothing_but_its_own_place()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (model, states, mask) = (Model(), States(6), ones(2, 6, int64));
        mask[1, 3] = 0;
        var changed = states.clone();
        changed[1, 3] *= -3;
        var (before, after) = (model.call(states, mask), model.call(changed, mask));
        Golden.Close(before[.., 4..], after[.., 4..], 1e-6, 0, "what comes after the padding");
        Golden.Close(before[0], after[0], 1e-6, 0, "the other row");
    }

    [Fact]
    public void Each_next_state_is_the_last_output()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (model, states, mask) = (Model(), States(5), ones(2, 5, int64));
        var generated = model.Continue(states, mask, 3);
        Assert.Equal([2, 3, 16], generated.shape);
        var first = model.call(states, mask)[.., ^1..];
        var second = model.call(cat([states, first], 1), ones(2, 6, int64))[.., ^1..];
        Golden.Close(cat([first, second], 1), generated[.., ..2], 1e-6, 0, "the first two");
    }

    [Fact]
    public void A_sequence_longer_than_its_places_is_refused() => Assert.Equal(
        "The language model has places for 12 states, but a prompt needs 13: shorten it.",
        Assert.Throws<ArgumentException>(() => Model().call(States(13), ones(2, 13, int64))).Message);

    [Theory]
    [InlineData("\"n_head\": 3", "n_embd, 16, must be a multiple of n_head, 3.")]
    [InlineData("\"n_head\": 4, \"activation_function\": \"relu\"", "activation_function must be gelu_new, but is relu.")]
    [InlineData("\"n_head\": 4, \"scale_attn_weights\": false", "scale_attn_weights must be true, but is false.")]
    [InlineData("\"n_head\": 4, \"scale_attn_by_inverse_layer_idx\": true", "scale_attn_by_inverse_layer_idx must be false, but is true.")]
    [InlineData("\"n_head\": 4, \"n_headd\": 4", "n_headd")]
    public void A_configuration_that_is_not_built_is_refused(string keys, string message) => Assert.Contains(
        message, Assert.Throws<InvalidDataException>(
            () => Gpt2Config.FromJson($"{{\"_name\": \"x\", \"n_embd\": 16, \"n_layer\": 1, \"n_positions\": 8, {keys}}}")).Message,
        StringComparison.Ordinal);

    private static Gpt2Model Model()
    {
        manual_seed(1);
        var model = new Gpt2Model(Small);
        model.eval();
        return model;
    }

    private static Tensor States(int length) => randn([2, length, 16], generator: new Generator(2, CPU));
}
