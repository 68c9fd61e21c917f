using Tango2.Models;

namespace Tango2.Tests.Models;

public class VggishModelTests
{
    private static readonly VggishConfig Narrow = new() { Widths = [4, 4, 8, 8, 8, 8], Linear = [16, 8] };

    [Fact]
    public void A_batch_of_two_equals_two_batches_of_one_and_the_embedding_is_rectified()
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        manual_seed(3);
        using var model = new VggishModel(Narrow);
        var examples = randn([2, 1, 96, 64], generator: new Generator(4));
        var both = model.call(examples);
        Golden.Close(cat([.. examples.split(1).Select(model.call)]), both, 1e-6, 1e-5, "batch");
        Golden.Close(model.BeforeRelu(examples).clamp_min(0), both, 0, 0, "rectified");
        Assert.Equal([0, 8], model.call(zeros(0, 1, 96, 64)).shape);
    }

    [Fact]
    public void Whitened_values_beyond_two_are_the_ends_of_the_scale()
    {
        using var scope = NewDisposeScope();
        using var whitening = new VggishPostprocessor(4);
        var actual = whitening.call(tensor(new float[,] { { -3, -2, 0, 9 } }));
        Golden.Close(tensor(new float[,] { { 0, 0, 128, 255 } }), actual, 0, 0, "quantised"); // 127.5 rounds to even
    }

    [Fact]
    public void Running_leaves_no_tensor_behind()
    {
        using var model = new VggishModel(Narrow);
        using var examples = zeros(1, 1, 96, 64);
        model.call(examples).Dispose();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        model.call(examples).Dispose();
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Sizes_and_examples_that_do_not_fit_are_refused()
    {
        using var scope = NewDisposeScope();
        var sizes = Assert.Throws<ArgumentException>(() => new VggishModel(Narrow with { Widths = [1, 2] }));
        Assert.Equal("Widths must name six convolutions, but names 2.", sizes.Message);
        using var model = new VggishModel(Narrow);
        var examples = Assert.Throws<ArgumentException>(() => model.call(zeros(1, 1, 95, 64)));
        Assert.Equal("examples must be [B, 1, 96, 64], but is [1, 1, 95, 64]: dimension 2 must be 96.", examples.Message);
    }
}
