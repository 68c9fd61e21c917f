using Tango2.Models;

namespace Tango2.Tests.Models;

public class DiscriminatorTests
{
    private static nn.Module<Tensor, DiscriminatorOutput> Build(bool periods)
    {
        manual_seed(3);
        return periods
            ? new MultiPeriodDiscriminator(SmallDiscriminators.Config)
            : new MultiScaleDiscriminator(SmallDiscriminators.Config);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Each_discriminator_scores_the_batch_and_keeps_every_layer(bool periods)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var config = SmallDiscriminators.Config;
        var output = Build(periods).call(randn(2, 1, 2_001));
        Assert.Equal(periods ? config.Periods.Count : config.Scales, output.Scores.Count);
        Assert.All(output.Scores, s => Assert.Equal((2, 2), (s.shape.Length, (int)s.shape[0])));
        Assert.All(output.Features, f => Assert.Equal(config.PeriodLayers.Count + 1, f.Count));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_batch_of_two_equals_two_batches_of_one(bool periods)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var model = Build(periods);
        var waveform = randn(2, 1, 1_000);
        var both = model.call(waveform).Scores;
        var each = waveform.split(1).Select(w => model.call(w).Scores).ToArray();
        for (var d = 0; d < both.Count; d++)
            Golden.Close(cat([each[0][d], each[1][d]]), both[d], 1e-6, 1e-5, $"discriminator {d}");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Judging_leaves_only_the_output_behind(bool periods)
    {
        using var model = Build(periods);
        using var waveform = randn(1, 1, 1_000);
        using var _ = no_grad();
        int Round()
        {
            using var scope = NewDisposeScope();
            var output = model.call(waveform);
            return output.Scores.Count + output.Features.Sum(f => f.Count);
        }
        Round();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Round();
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        var held = model.call(waveform);
        Assert.Equal(before + Round(), DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        foreach (var tensor in held.Scores.Concat(held.Features.SelectMany(f => f))) tensor.Dispose();
    }

    [Fact]
    public void A_period_discriminator_sees_columns_of_samples_a_period_apart()
    {
        using var scope = NewDisposeScope();
        var single = SmallDiscriminators.Config with { Periods = [4], PeriodLayers = [new(2, 5, 3)] };
        manual_seed(3);
        var model = new MultiPeriodDiscriminator(single);
        var waveform = zeros(1, 1, 400).requires_grad_(true);
        var score = model.call(waveform).Features[0][^1]; // [1, 1, 34, 4]
        score[0, 0, 10, 1].backward();
        var touched = waveform.grad!.flatten().nonzero().flatten().data<long>().ToArray();
        Assert.NotEmpty(touched);
        Assert.All(touched, n => Assert.Equal(1, n % 4));
    }

    [Fact]
    public void Discriminators_learn_to_tell_noise_from_a_tone()
    {
        using var scope = NewDisposeScope();
        var model = Build(periods: false);
        var optimiser = optim.Adam(model.parameters(), lr: 2e-3);
        var real = sin(arange(1_024).to(float32) * 0.2).reshape(1, 1, 1_024);
        var generated = randn(1, 1, 1_024);
        var losses = new List<float>();
        for (var step = 0; step < 15; step++)
        {
            using var inner = NewDisposeScope();
            optimiser.zero_grad();
            var loss = AdversarialLoss.Discriminator(model.call(real).Scores, model.call(generated).Scores);
            loss.backward();
            optimiser.step();
            losses.Add(loss.item<float>());
        }
        Assert.True(losses[^1] < 0.5 * losses[0], $"from {losses[0]} to {losses[^1]}");
    }
}
