using Tango2.Training;

namespace Tango2.Tests.Training;

public sealed class EmaTests
{
    [Fact]
    public void The_average_is_that_of_the_formula()
    {
        using var parameter = new TorchSharp.Modules.Parameter(tensor(1f), requires_grad: true);
        using var ema = new Ema([("w", parameter)], decay: 0.25);
        var (average, values) = (1.0, new[] { 2.0, -3, 5, 8 });
        for (var step = 0; step < values.Length; step++)
        {
            using (no_grad()) parameter.copy_(tensor((float)values[step]));
            ema.Update(step);
            var decay = Math.Min(0.25, (1.0 + step) / (10 + step)); // 0.1, 0.18, 0.25, 0.25
            average = decay * average + (1 - decay) * values[step];
        }
        Assert.Equal(8, parameter.item<float>());
        ema.CopyToParameters();
        Assert.Equal(average, parameter.item<float>(), 1e-5);
    }

    [Fact]
    public void A_state_goes_into_a_new_average_and_into_no_other()
    {
        using var parameter = new TorchSharp.Modules.Parameter(tensor(new[] { 1f, 2 }), requires_grad: true);
        using var ema = new Ema([("w", parameter)], 0.9);
        using (no_grad()) parameter.mul_(10);
        using var fresh = new Ema([("w", parameter)], 0.9);
        fresh.LoadState(ema.State().ToDictionary());
        fresh.CopyToParameters();
        Assert.Equal([1f, 2], parameter.detach().data<float>().ToArray());
        using var other = new Ema([("v", parameter)], 0.9);
        Assert.Equal("The averages' state was saved for another network: it lacks ema.v.",
            Assert.Throws<InvalidDataException>(() => other.LoadState(ema.State().ToDictionary())).Message);
        Assert.Equal("decay must be in [0, 1), but is 1.",
            Assert.Throws<ArgumentException>(() => new Ema([("w", parameter)], 1)).Message);
    }
}
