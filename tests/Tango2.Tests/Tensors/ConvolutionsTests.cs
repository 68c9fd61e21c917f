namespace Tango2.Tests.Tensors;

public class ConvolutionsTests
{
    [Fact]
    public void Convolutions_and_their_gradients_are_right_on_this_machine_whatever_the_channels()
    {
        using var scope = NewDisposeScope();
        foreach (var (channels, outChannels) in new[] { (3, 8), (12, 12), (20, 24), (24, 8), (32, 32), (40, 72), (72, 1) })
        {
            var (x, weights) = (Whole(4, channels, 6, 5), Whole(outChannels, channels, 3, 3));
            var (single, exact) = (Results(x, weights, float32), Results(x, weights, float64));
            foreach (var (got, expected) in single.Zip(exact))
                Assert.True((got.to(float64) == expected).all().item<bool>(), $"{channels} to {outChannels} channels");
        }
    }

    // Small whole numbers, of which each type computes the same.
    private static Tensor Whole(params long[] shape) => (arange(shape.Aggregate((a, b) => a * b), int64) % 5 - 2).reshape(shape);

    private static Tensor[] Results(Tensor whole, Tensor wholeWeights, ScalarType type)
    {
        var (x, weights) = (whole.to(type).requires_grad_(), wholeWeights.to(type).requires_grad_());
        var y = nn.functional.conv2d(x, weights, padding: [1, 1]);
        y.sum().backward();
        return [y.detach(), x.grad!, weights.grad!];
    }
}
