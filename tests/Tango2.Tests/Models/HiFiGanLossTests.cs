using Tango2.Models;

namespace Tango2.Tests.Models;

public class HiFiGanLossTests
{
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
        Assert.Equal(0, SpectralLoss.Terms(waveform, waveform).Loss().item<float>());
        Assert.Equal(0, SpectralLoss.Terms(-waveform, waveform).Loss().item<float>(), 5);
    }

    [Fact]
    public void Half_as_loud_is_half_the_convergence_and_ln_2_of_the_logarithms()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var waveform = randn(1, 2_048);
        var terms = SpectralLoss.Terms(0.5 * waveform, waveform);
        Assert.Equal(0.5, terms.Convergence.item<float>(), 4);
        Assert.Equal(Math.Log(2), terms.LogMagnitude.item<float>(), 4);
    }

    [Fact]
    public void Spectral_loss_has_finite_slopes_at_silence_and_leaves_nothing_behind()
    {
        using var silence = zeros(1, 2_048).requires_grad_(true);
        using var target = randn(1, 2_048);
        void Step()
        {
            using var scope = NewDisposeScope();
            SpectralLoss.Terms(silence, target).Loss().backward();
            Assert.True(isfinite(silence.grad!).all().item<bool>());
        }
        Step();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Step();
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }
}
