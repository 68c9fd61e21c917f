using Tango2.Training;

namespace Tango2.Tests.Training;

// Loshchilov and Hutter, "Decoupled Weight Decay Regularization", algorithm 2, worked in double precision.
public sealed class FusedAdamWTests
{
    private static readonly double[][] Gradients = [[3, -4, 0], [0.1, 0.2, -0.3], [-30, 40, 5], [0, 0, 1]];

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.1, 0)]
    [InlineData(0.1, 1)]
    [InlineData(0, 0.05)]
    public void Steps_are_those_of_the_formula(double weightDecay, double maxNorm)
    {
        var (beta1, beta2, eps, rate) = (0.8, 0.99, 1e-8, 0.05);
        double[] weights = [1, -2, 0.5], first = new double[3], second = new double[3];
        using var parameter = Parameter(1, -2, 0.5f);
        using var optimizer = new FusedAdamW([("w", parameter)], beta1, beta2, weightDecay, eps);
        for (var step = 1; step <= Gradients.Length; step++)
        {
            var gradient = Gradients[step - 1];
            var norm = Math.Sqrt(gradient.Sum(g => g * g));
            var scale = maxNorm > 0 ? Math.Min(1, maxNorm / (norm + 1e-6)) : 1;
            for (var i = 0; i < 3; i++)
            {
                first[i] = beta1 * first[i] + (1 - beta1) * scale * gradient[i];
                second[i] = beta2 * second[i] + (1 - beta2) * Math.Pow(scale * gradient[i], 2);
                weights[i] -= rate * weightDecay * weights[i];
                weights[i] -= rate * (first[i] / (1 - Math.Pow(beta1, step)))
                    / (Math.Sqrt(second[i] / (1 - Math.Pow(beta2, step))) + eps);
            }
            Assert.Equal(norm, Step(optimizer, parameter, gradient, rate, maxNorm), 4);
        }
        Assert.All(weights.Zip(Values(parameter)), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    [Fact]
    public void Steps_are_those_of_TorchSharp()
    {
        using var mine = Parameter(1, -2, 0.5f);
        using var theirs = Parameter(1, -2, 0.5f);
        using var optimizer = new FusedAdamW([("w", mine)], weightDecay: 0.1);
        using var reference = optim.AdamW([theirs], lr: 0.05, weight_decay: 0.1);
        foreach (var gradient in Gradients)
        {
            Step(optimizer, mine, gradient, 0.05, 0);
            reference.zero_grad();
            (theirs * tensor(Array.ConvertAll(gradient, g => (float)g))).sum().backward();
            reference.step();
        }
        Assert.All(Values(theirs).Zip(Values(mine)), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
    }

    [Fact]
    public void A_state_goes_into_a_new_optimizer_and_into_no_other()
    {
        using var one = Parameter(1, -2, 0.5f);
        using var two = Parameter(1, -2, 0.5f);
        using var optimizer = new FusedAdamW([("w", one)]);
        Step(optimizer, one, Gradients[0], 0.05, 0);
        using var fresh = new FusedAdamW([("w", two)]);
        fresh.LoadState(optimizer.State().ToDictionary());
        using (no_grad()) two.copy_(one);
        Step(optimizer, one, Gradients[1], 0.05, 0);
        Step(fresh, two, Gradients[1], 0.05, 0);
        Assert.Equal(Values(one), Values(two));

        using var renamed = new FusedAdamW([("v", two)]);
        Assert.Equal("The optimiser's state was saved for another network: it lacks exp_avg.v.",
            Assert.Throws<InvalidDataException>(() => renamed.LoadState(optimizer.State().ToDictionary())).Message);
        using var longer = Parameter(1, 2, 3, 4);
        using var other = new FusedAdamW([("w", longer)]);
        Assert.Contains("exp_avg.w is Float32 [3] there, Float32 [4] here",
            Assert.Throws<InvalidDataException>(() => other.LoadState(optimizer.State().ToDictionary())).Message);
    }

    [Fact]
    public void Frozen_parameters_are_left_out_and_numbers_have_ranges()
    {
        using var frozen = Parameter(1);
        frozen.requires_grad = false;
        Assert.Contains("all are frozen", Assert.Throws<ArgumentException>(() => new FusedAdamW([("w", frozen)])).Message);
        using var parameter = Parameter(1);
        Assert.Equal("beta1 must be in [0, 1), but is 1.",
            Assert.Throws<ArgumentException>(() => new FusedAdamW([("w", parameter)], beta1: 1)).Message);
        using var optimizer = new FusedAdamW([("w", parameter)]);
        Assert.Equal("learningRate must be 0 or more, but is NaN.",
            Assert.Throws<ArgumentException>(() => optimizer.Step(double.NaN)).Message);
    }

    private static double Step(
        FusedAdamW optimizer, TorchSharp.Modules.Parameter parameter, double[] gradient, double rate, double maxNorm)
    {
        using var scope = NewDisposeScope();
        optimizer.ZeroGrad();
        (parameter * tensor(Array.ConvertAll(gradient, g => (float)g))).sum().backward();
        return optimizer.Step(rate, maxNorm);
    }

    private static TorchSharp.Modules.Parameter Parameter(params float[] values) => new(tensor(values), requires_grad: true);

    private static double[] Values(Tensor tensor) => Array.ConvertAll(tensor.detach().data<float>().ToArray(), v => (double)v);
}
