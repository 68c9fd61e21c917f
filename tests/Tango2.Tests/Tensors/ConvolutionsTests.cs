using Tango2.Tensors;

namespace Tango2.Tests.Tensors;

public class ConvolutionsTests
{
    private static readonly int[] Channels = [1, 2, 3, 4, 5, 7, 8, 12, 16, 17, 24, 32, 33, 40, 48, 64, 80, 96, 112, 160];
    private static readonly int[] Kernels = [1, 3, 5, 7];

    [Theory]
    [InlineData(Kind.Image)]
    [InlineData(Kind.Series)]
    [InlineData(Kind.Transposed)]
    public void Convolutions_and_their_gradients_are_right_on_this_machine_whatever_the_channels(Kind kind)
    {
        var random = new Random(5);
        for (var i = 0; i < 60; i++)
        {
            using var scope = NewDisposeScope();
            var drawn = Convolution.Draw(kind, random);
            full([1 << 18], double.NaN).Dispose(); // freed memory that is used again must not happen to be zero
            var (single, exact) = (drawn.Results(float32), drawn.Results(float64));
            foreach (var (got, expected) in single.Zip(exact))
                Assert.True((got.to(float64) == expected).all().item<bool>(), drawn.ToString());
        }
    }

    [Fact]
    public void In_bfloat16_too()
    {
        var random = new Random(6);
        for (var i = 0; i < 60; i++)
        {
            using var scope = NewDisposeScope();
            var drawn = Convolution.Draw((Kind)(i % 3), random);
            full([1 << 18], double.NaN).Dispose();
            foreach (var (got, expected) in drawn.Results(bfloat16).Zip(drawn.Results(float64)))
                Assert.True(((got.to(float64) - expected).abs() <= 0.02 * expected.abs() + 0.5).all().item<bool>(), drawn.ToString());
        }
    }

    [Fact]
    public void Groups_do_not_see_each_other()
    {
        using var scope = NewDisposeScope();
        var (x, weights) = (Whole(2, 24, 30), Whole(12, 6, 3));
        var expected = nn.functional.conv1d(x.to(float64), weights.to(float64), stride: 2, padding: 1, groups: 4);
        var got = Convolve.Conv1d(x.to(float32), weights.to(float32), stride: 2, padding: 1, groups: 4);
        Assert.True((got.to(float64) == expected).all().item<bool>());
    }

    public enum Kind
    {
        Image,
        Series,
        Transposed,
    }

    // Small whole numbers, of which each type computes the same.
    private static Tensor Whole(params long[] shape) => (arange(shape.Aggregate((a, b) => a * b), int64) % 5 - 2).reshape(shape);

    private sealed record Convolution(
        Kind Kind, int Rows, int In, int Out, int Kernel, int Stride, int Padding, int Dilation, int Length, bool ChannelsLast)
    {
        public static Convolution Draw(Kind kind, Random random)
        {
            int Pick(int[] from) => from[random.Next(from.Length)];
            var kernel = Pick(Kernels);
            var padding = random.Next(kind == Kind.Transposed ? kernel / 2 + 1 : kernel);
            return new(kind, Pick([1, 2, 3, 8]), Pick(Channels), Pick(Channels), kernel, random.Next(1, 4), padding,
                random.Next(1, 3), kernel * 2 + random.Next(6, 20), random.Next(3) == 0);
        }

        /// <summary>The value, without and with gradients, and the gradients.</summary>
        public Tensor[] Results(ScalarType type)
        {
            var image = Kind == Kind.Image;
            var (x, weights, bias) = (
                (image ? Whole(Rows, In, Length, 9 + Kernel) : Whole(Rows, In, Length)).to(type).requires_grad_(),
                Weights(image).to(type).requires_grad_(), Whole(Out).to(type));
            Tensor still;
            using (no_grad()) still = Of(x, weights, bias);
            var y = Of(x, weights, bias);
            (y * (Whole(y.shape) + 1).to(type)).sum().backward();
            return [still, y.detach(), x.grad!, weights.grad!];
        }

        private Tensor Weights(bool image) => image ? Whole(Out, In, Kernel, Kernel)
            : Kind == Kind.Series ? Whole(Out, In, Kernel) : Whole(In, Out, Kernel);

        private Tensor Of(Tensor x, Tensor weights, Tensor bias) => Kind switch
        {
            Kind.Image => Convolve.Conv2d(
                ChannelsLast ? Layers.ChannelsLast(x) : x, weights, bias, (Stride, Stride), (Padding, Padding)),
            Kind.Series => Convolve.Conv1d(x, weights, bias, Stride, Padding, Dilation),
            _ => Convolve.ConvTranspose1d(x, weights, bias, Stride, Padding),
        };
    }
}
