using Tango2.Metrics;

namespace Tango2.Tests.Metrics;

/// <summary>Metrics that meet NaN, infinity or a probability of zero: the right value, or an error that names the row.</summary>
public sealed class NotFiniteTests : IDisposable
{
    private const float Infinity = float.PositiveInfinity;
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    // cases: InceptionScore of one-hot logits
    [Theory]
    [InlineData(1000f, 0f)]
    [InlineData(0f, -Infinity)]
    [InlineData(Infinity, 0f)]
    [InlineData(Infinity, -Infinity)]
    [InlineData(3e38f, -3e38f)]
    public void Inception_score_of_clips_each_sure_of_its_own_class_is_the_number_of_classes(float on, float off)
    {
        var logits = where(eye(5, dtype: @bool).repeat(4, 1), tensor(on), tensor(off)); // [20, 5]
        Assert.Equal(5, InceptionScore.Of(logits, splits: 1).Mean, 12);
        Assert.Equal(5, InceptionScore.OfShuffles(logits, splits: 1, shuffles: 2), 12);
        Assert.Equal(5, InceptionScore.Of(logits, splits: 4, seed: null).Mean, 12);
    }

    [Fact]
    public void Inception_score_counts_a_class_that_is_all_but_ruled_out_as_nothing()
    {
        Assert.Equal(1, InceptionScore.Of(tensor(new[,] { { 0, -744.4 }, { 0, -800 } }), 1, null).Mean, 12);
        Assert.Equal(1, InceptionScore.Of(tensor(new[,] { { 0, -745f }, { 0, -2000 }, { 0, -2000 } }), 1, null).Mean, 12);
    }

    [Fact]
    public void Inception_score_counts_a_class_that_every_clip_rules_out_as_nothing()
    {
        var with = tensor(new float[,] { { 1, 2, -Infinity }, { 2, 1, -Infinity }, { 0, 3, -1e6f } });
        Assert.Equal(InceptionScore.Of(with[.., ..2], 1).Mean, InceptionScore.Of(with, 1).Mean, 12);
    }

    [Fact]
    public void Divergence_counts_what_the_reference_rules_out_as_nothing()
    {
        var generated = zeros(1, 2);
        foreach (var reference in new[] { tensor(new float[,] { { 0, -Infinity } }), tensor(new float[,] { { Infinity, 7 } }) })
            Assert.Equal(-Math.Log(0.5 + 1e-6), KullbackLeibler.Softmax(generated, reference).Value, 12);
        Assert.Equal(-Math.Log(1e-6), KullbackLeibler.Softmax(
            tensor(new float[,] { { -Infinity, 0 } }), tensor(new float[,] { { 0, -Infinity } })).Value, 9);
        Assert.Equal(-Math.Log(0.5 + 1e-6), KullbackLeibler.Sigmoid(
            generated, tensor(new float[,] { { Infinity, -Infinity } })).Value, 12);
    }

    // cases: KL, IS, CLAP score of NaN
    [Fact]
    public void A_NaN_among_the_logits_is_named_by_row_and_class()
    {
        var bad = With(float.NaN);
        Named("logits must be numbers, but row 11, class 2 is NaN", () => InceptionScore.Of(bad));
        Named("logits must be numbers, but row 11, class 2 is NaN", () => InceptionScore.OfShuffles(bad));
        Named("generated must be numbers, but row 11, class 2 is NaN", () => KullbackLeibler.Softmax(bad, zeros(12, 4)));
        Named("reference must be numbers, but row 11, class 2 is NaN", () => KullbackLeibler.Softmax(zeros(12, 4), bad));
        Named("generated must be numbers, but row 11, class 2 is NaN", () => KullbackLeibler.Sigmoid(bad, zeros(12, 4)));
        Named("reference must be numbers, but row 11, class 2 is NaN", () => KullbackLeibler.Sigmoid(zeros(12, 4), bad));
    }

    [Fact]
    public void Logits_without_a_softmax_are_named_by_their_row()
    {
        var two = tensor(new float[,] { { 0, 1 }, { Infinity, Infinity } });
        Named("row 1 is +∞ in more than one class", () => InceptionScore.Of(two, 1));
        Named("generated must give each clip probabilities, but row 1", () => KullbackLeibler.Softmax(two, zeros(2, 2)));
        Named("row 0 is −∞ in every class", () => InceptionScore.Of(tensor(new float[,] { { -Infinity, -Infinity } }), 1));
        Named("at least one clip and one class, but is [0, 4]", () => KullbackLeibler.Softmax(zeros(0, 4), zeros(0, 4)));
        Named("at least one clip and one class, but is [3, 0]", () => InceptionScore.Of(zeros(3, 0), 1));
    }

    [Theory]
    [InlineData(float.NaN, "NaN")]
    [InlineData(Infinity, "Infinity")]
    public void Embeddings_that_are_not_finite_are_named_by_row_and_column(float value, string shown)
    {
        var bad = With(value);
        Named($"CLAP scores must be finite, but at clip 11 it is {shown}", () => ClapScore.Of(ones(12, 4), bad));
        Named($"The scores of A must be finite, but at clip 11 it is {shown}", () => ClapScore.Of(bad, ones(12, 4), "The scores of A"));
        Named($"generated must be finite, but at row 11, column 2 it is {shown}", () => FrechetDistance.Between(bad, ones(12, 4)));
        Named($"reference must be finite, but at row 11, column 2 it is {shown}", () => FrechetDistance.Between(ones(12, 4), bad));
        Named($"embeddings must be finite, but at row 11, column 2 it is {shown}", () => FrechetDistance.Moments(bad));
    }

    [Fact]
    public void Gaussians_that_are_not_finite_are_named()
    {
        var (mean, covariance) = (zeros(2), eye(2));
        Named("mean2 must be finite, but at column 0 it is NaN", () => FrechetDistance.Between(mean, covariance, mean / 0, covariance));
        Named("covariance1 must be finite, but at row 0, column 0 it is Infinity",
            () => FrechetDistance.Between(mean, covariance * tensor(Infinity), mean, covariance));
        var huge = tensor(new[,] { { 1e200, 0 }, { -1e200, 1 } });
        Named("covariance1 must be finite, but at row 0, column 0 it is Infinity", () => FrechetDistance.Between(huge, huge));
    }

    [Fact]
    public void Sets_of_other_sizes_are_refused_and_not_stretched()
    {
        Named("B is 3 in audio", () => ClapScore.Of(ones(3, 4), ones(1, 4)));
        Named("N is 1 in generated", () => KullbackLeibler.Softmax(ones(1, 4), ones(3, 4)));
        Named("C is 4 in generated", () => KullbackLeibler.Sigmoid(ones(3, 4), ones(3, 1)));
        Named("D is 4 in generated", () => FrechetDistance.Between(ones(3, 4), ones(3, 1)));
    }

    [Fact]
    public void A_score_names_the_item_that_is_no_number()
    {
        Named("sums must be finite, but at item 1 it is NaN", () => Score.Mean([1, double.NaN]));
        Named("sums must be finite, but at item 0 it is -Infinity", () => new Score([double.NegativeInfinity], [1]));
        Named("counts must be finite, but at item 2 it is NaN", () => new Score([1, 2, 3], [1, 1, double.NaN]));
        Named("counts must not be negative, but item 0 has -1", () => new Score([1], [-1]));
        Assert.True(double.IsNaN(new Score([0, 0], [0, 0]).Value)); // nothing to count stays without a value
    }

    private static Tensor With(float value)
    {
        var logits = ones(12, 4);
        logits[11, 2] = value;
        return logits;
    }

    private static void Named(string part, Func<object?> call) => Assert.Contains(
        part, Assert.Throws<ArgumentException>(() => { call(); }).Message, StringComparison.Ordinal);
}
