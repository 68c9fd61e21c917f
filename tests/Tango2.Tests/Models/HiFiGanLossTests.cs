using Tango2.Models;

namespace Tango2.Tests.Models;

public class HiFiGanLossTests
{
    private static readonly StftResolution[] Resolutions = [new(512, 128, 512), new(256, 64, 256)];

    [Fact]
    public void Discriminators_pay_for_real_below_one_and_generated_above_zero()
    {
        using var scope = NewDisposeScope();
        Tensor[] real = [tensor(new[] { 1f, 0f }), tensor(new[] { 3f })];
        Tensor[] generated = [tensor(new[] { 0f, 1f }), tensor(new[] { 2f })];
        Assert.Equal(0.5 + 0.5 + 4 + 4, AdversarialLoss.Discriminator(real, generated).item<float>(), 5);
        Assert.Equal(0.5 + 1, AdversarialLoss.Generator(generated).item<float>(), 5);
    }

    [Fact]
    public void Feature_matching_adds_mean_differences_over_layers_and_discriminators()
    {
        using var scope = NewDisposeScope();
        Tensor[][] real = [[zeros(2, 3), zeros(4)], [ones(5)]];
        Tensor[][] generated = [[ones(2, 3), -2 * ones(4)], [ones(5)]];
        Assert.Equal(3, AdversarialLoss.FeatureMatching(real, generated).item<float>(), 5);
        Assert.Equal(0, AdversarialLoss.FeatureMatching(real, real).item<float>());
    }

    [Fact]
    public void Scores_of_other_discriminators_are_refused()
    {
        using var scope = NewDisposeScope();
        var error = Assert.Throws<ArgumentException>(() => AdversarialLoss.Discriminator([zeros(1)], []));
        Assert.Equal("real and generated must come from the same discriminators, but there are 1 and 0.",
            error.Message);
    }

    [Fact]
    public void Spectral_loss_of_a_waveform_to_itself_is_zero_and_ignores_its_sign()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var waveform = randn(2, 2_048);
        foreach (var same in new[] { waveform, -waveform })
        {
            var terms = SpectralLoss.Terms(same, waveform, Resolutions);
            Assert.Equal(0, terms.Convergence.item<float>(), 5);
            Assert.Equal(0, terms.LogMagnitude.item<float>(), 5);
        }
    }

    [Fact]
    public void Half_as_loud_is_half_the_convergence_and_ln_2_of_the_logarithms()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var waveform = randn(1, 2_048);
        var terms = SpectralLoss.Terms(0.5 * waveform, waveform, Resolutions);
        Assert.Equal(0.5, terms.Convergence.item<float>(), 4);
        Assert.Equal(Math.Log(2), terms.LogMagnitude.item<float>(), 4);
    }

    [Fact]
    public void Every_clip_counts_alike_however_loud()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var (quiet, loud) = (randn(1, 2_048), 100 * randn(1, 2_048));
        var terms = SpectralLoss.Terms(cat([0.5 * quiet, loud]), cat([quiet, loud]), Resolutions);
        Assert.Equal(0.25, terms.Convergence.item<float>(), 4);
    }

    [Fact]
    public void A_floor_makes_differences_below_it_count_little()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var (faint, silence) = (1e-3 * randn(1, 2_048), zeros(1, 2_048));
        var bare = SpectralLoss.Terms(silence, faint, Resolutions).LogMagnitude.item<float>();
        var floored = SpectralLoss.Terms(silence, faint, Resolutions, floor: 1).LogMagnitude.item<float>();
        Assert.InRange(bare, 1, 10);
        Assert.InRange(floored, 0, 0.05);
    }

    [Fact]
    public void Spectral_loss_has_finite_slopes_at_silence_and_leaves_nothing_behind()
    {
        using var silence = zeros(1, 2_048).requires_grad_(true);
        using var target = randn(1, 2_048);
        void Step()
        {
            using var scope = NewDisposeScope();
            var terms = SpectralLoss.Terms(silence, target, Resolutions);
            (terms.Convergence + terms.LogMagnitude).backward();
            Assert.True(isfinite(silence.grad!).all().item<bool>());
        }
        Step();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Step();
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }
}
