using Tango2.Evaluation;
using Tango2.Metrics;

namespace Tango2.Tests.Evaluation;

public class EvaluationResultTests
{
    [Theory]
    [InlineData("clap", new[] { 1, 0, 1 })]
    [InlineData("kl", new[] { 0, 1, 0 })] // of which less is better
    public void The_best_of_several_brings_all_that_was_measured_of_its_clip(string metric, int[] chosen)
    {
        using var scope = NewDisposeScope();
        EvaluationResult[] of = [Result(0, [0.1, 0.5, 0.2]), Result(1, [0.3, 0.4, 0.6])];
        var best = EvaluationResult.Best("best", of, Metric.Of(metric), new ClipProtocol(["a", "b", "c"], [1, 2, 3], zeros(3, 8), 16_000, Wanted));
        for (var prompt = 0; prompt < 3; prompt++)
        {
            var one = of[chosen[prompt]];
            foreach (var kept in new[] { Metric.Clap, Metric.Kl })
                Assert.Equal(one.Scores[kept].PerItem[prompt], best.Scores[kept].PerItem[prompt]);
            Assert.True(best.Features.Embeddings[prompt].equal(one.Features.Embeddings[prompt]).all().item<bool>());
            Assert.True(best.Features.Logits[prompt].equal(one.Features.Logits[prompt]).all().item<bool>());
        }
        Assert.Equal([chosen[1], 3 + chosen[2]], best.Scores[Metric.Oer].Sums); // which counts for the last two prompts
        Assert.Equal([2.0, 4.0], best.Scores[Metric.Oer].Counts);
        Assert.True(best.Features.Real.equal(of[0].Features.Real).all().item<bool>());
    }

    private static IReadOnlyList<WantedClip> Wanted { get; } = [.. new[] { false, true, true }.Select(ordered =>
        new WantedClip([.. "ab".Select(sound => new WantedSound($"{sound}", $"{sound}", [new(0, 1)]))], ordered, 2))];

    private static EvaluationResult Result(int seed, double[] values)
    {
        using var generator = new Generator((ulong)seed);
        using var other = new Generator(9);
        return new($"{seed}", new Dictionary<Metric, Score>
        {
            [Metric.Clap] = Score.Mean(values),
            [Metric.Kl] = Score.Mean(values),
            [Metric.Oer] = new([seed, 3 + seed], [2, 4]),
        }, new(randn([3, 2], generator: generator), randn([3, 4], generator: generator), randn([3, 2], generator: other)), zeros(3, 8));
    }
}
