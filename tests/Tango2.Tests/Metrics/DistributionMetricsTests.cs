using Tango2.Metrics;

namespace Tango2.Tests.Metrics;

public class DistributionMetricsTests
{
    private static readonly Dictionary<string, Tensor> Fixture = Golden.Keep("metrics.safetensors");

    private static double Expected(string name) => Fixture["output." + name].item<double>();

    private static void Near(double expected, double actual, double rtol, double atol = 0) =>
        Assert.True(Math.Abs(expected - actual) <= atol + (rtol * Math.Abs(expected)), $"{actual:r}, expected {expected:r}");

    [Theory]
    [InlineData("n64d16")]
    [InlineData("n300d128")]
    [InlineData("n64d128_singular")]
    [InlineData("identical")]
    public void Frechet_distance_equals_the_exact_value_of_the_reference(string name) => Near(
        Expected(name + ".fad_exact"),
        FrechetDistance.Between(Fixture[$"input.{name}.a"], Fixture[$"input.{name}.b"]), rtol: 1e-7);

    [Theory]
    [InlineData("n64d16.fad", 0)]
    [InlineData("n300d128.fad", 0)]
    [InlineData("n64d128_singular.fad", 0.05)]
    [InlineData("fid.frechet_distance", 0)]
    public void Frechet_distance_is_near_the_reference_that_takes_a_matrix_root(string name, double atol)
    {
        var set = name.Split('.')[0];
        Near(Expected(name), FrechetDistance.Between(Fixture[$"input.{set}.a"], Fixture[$"input.{set}.b"]), 1e-6, atol);
    }

    [Fact]
    public void Frechet_distance_of_a_set_to_itself_is_zero() => Near(
        0, FrechetDistance.Between(Fixture["input.same_set.a"], Fixture["input.same_set.b"]), 0, atol: 1e-9);

    [Fact]
    public void Frechet_distance_is_symmetric_and_grows_with_a_shift()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (Fixture["input.n64d16.a"], Fixture["input.n64d16.b"]);
        Near(FrechetDistance.Between(a, b), FrechetDistance.Between(b, a), 1e-9);
        Near(16 * 4, FrechetDistance.Between(a, a + 2), 1e-6); // 16 dimensions, each moved by 2
    }

    [Fact]
    public void Moments_divide_by_one_less_than_the_number_of_rows()
    {
        using var scope = NewDisposeScope();
        var (mean, covariance) = FrechetDistance.Moments(Fixture["input.n64d16.a"]);
        Golden.Close(Fixture["output.n64d16.mu_a"], mean, 1e-6, 0, "mean");
        Golden.Close(Fixture["output.n64d16.sigma_a"], covariance, 1e-10, 1e-10, "covariance");
    }

    [Fact]
    public void Frechet_distance_names_sets_that_are_too_small_or_not_finite()
    {
        using var scope = NewDisposeScope();
        var one = Assert.Throws<ArgumentException>(() => FrechetDistance.Between(zeros(1, 4), zeros(3, 4)));
        Assert.Contains("generated must hold at least 2 rows", one.Message, StringComparison.Ordinal);
        var nan = Assert.Throws<ArgumentException>(() => FrechetDistance.Between(zeros(3, 4), zeros(3, 4) / 0));
        Assert.Contains("reference must be finite", nan.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Divergences_equal_the_reference()
    {
        var (generated, reference) = (Fixture["input.kl.logits_generated"], Fixture["input.kl.logits_reference"]);
        Near(Expected("kl.softmax"), KullbackLeibler.Softmax(generated, reference).Value, 1e-5);
        Near(Expected("kl.sigmoid"), KullbackLeibler.Sigmoid(generated, reference).Value, 1e-5);
        Near(Expected("kl_self.softmax"), KullbackLeibler.Softmax(reference, reference).Value, 1e-5, 1e-5); // the reference computes in float32
        Near(Expected("kl_self.sigmoid"), KullbackLeibler.Sigmoid(reference, reference).Value, 1e-5, 1e-5); // the reference computes in float32
        Assert.Equal(12, KullbackLeibler.Softmax(generated, reference).PerItem.Count);
    }

    [Theory]
    [InlineData("isc")]
    [InlineData("isc_even")]
    public void Inception_score_and_its_shuffle_equal_the_reference(string name)
    {
        var logits = Fixture[$"input.{name}.logits"];
        var permutation = new MersenneTwister(InceptionScore.ReferenceSeed).Permutation((int)logits.shape[0]);
        Assert.Equal(Fixture[$"output.{name}.permutation"].data<long>().ToArray(), permutation.Select(i => (long)i));
        var score = InceptionScore.Of(logits, (int)Fixture[$"output.{name}.splits"].item<long>());
        Near(Expected(name + ".mean"), score.Mean, 1e-9);
        Near(Expected(name + ".std"), score.Deviation, 1e-9);
    }

    [Fact]
    public void Inception_score_refuses_fewer_clips_than_splits()
    {
        var error = Assert.Throws<ArgumentException>(() => InceptionScore.Of(Fixture["input.isc_few.logits"]));
        Assert.Contains("at least 10 clips, but got 7", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Mersenne_twister_gives_the_published_first_numbers()
    {
        var twister = new MersenneTwister(5489);
        Assert.Equal([3499211612u, 581869302u, 3890346734u], [twister.Next(), twister.Next(), twister.Next()]);
    }

    [Fact]
    public void Clap_score_is_the_mean_cosine()
    {
        using var scope = NewDisposeScope();
        var text = tensor(new float[,] { { 1, 0 }, { 0, 2 }, { 3, 4 } });
        var audio = tensor(new float[,] { { 5, 0 }, { 0, -1 }, { 4, 3 } });
        var score = ClapScore.Of(text, audio);
        Assert.Equal([1, -1, 0.96], score.PerItem.Select(v => Math.Round(v, 12)));
        Near(0.32, score.Value, 1e-12);
    }

    [Fact]
    public void Metrics_leave_no_tensors_behind()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (rand(12, 6), rand(12, 6));
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        FrechetDistance.Between(a, b);
        KullbackLeibler.Softmax(a, b);
        InceptionScore.Of(a);
        ClapScore.Of(a, b);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }
}
