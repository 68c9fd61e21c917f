using Tango2.Diffusion;

namespace Tango2.Tests.Diffusion;

public class SamplerTests
{
    private delegate Tensor Sampler(
        NoiseSchedule schedule, Denoiser denoise, Tensor noise, int steps, IReadOnlyList<Generator> generators);

    private static readonly Dictionary<string, Sampler> Samplers = new()
    {
        ["ddpm"] = (s, d, x, n, g) => DdpmSampler.Sample(s, d, x, n, g),
        ["ddim"] = (s, d, x, n, g) => DdimSampler.Sample(s, d, x, n),
        ["ddim, eta 1"] = (s, d, x, n, g) => DdimSampler.Sample(s, d, x, n, g, eta: 1),
        ["dpm"] = (s, d, x, n, g) => DpmSolverSampler.Sample(s, d, x, n),
        ["sde-dpm"] = (s, d, x, n, g) => DpmSolverSampler.Sample(s, d, x, n, g),
    };

    public static TheoryData<string> Names => [.. Samplers.Keys];

    private static Tensor Curved(Tensor x, Tensor t) => (x * 0.7).tanh() + t.reshape(-1, 1, 1, 1) / 1000.0;

    [Theory]
    [MemberData(nameof(Names))]
    public void Same_seed_gives_the_same_sample_alone_or_in_a_batch(string name)
    {
        using var scope = NewDisposeScope();
        using var schedule = new NoiseSchedule();
        var both = Sample(3, 4);
        Assert.True(both.equal(Sample(3, 4)).all().item<bool>());
        Golden.Close(both[..1], Sample(3), 1e-6, 1e-6, "first alone");
        Golden.Close(both[1..], Sample(4), 1e-6, 1e-6, "second alone");
        Assert.False(allclose(both[..1], both[1..]));

        Tensor Sample(params long[] seeds)
        {
            var generators = RowNoise.Generators(seeds);
            return Samplers[name](schedule, Curved, RowNoise.Draw(generators, [8, 6, 4]), 7, generators);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_perfect_network_leads_back_to_the_latents(string name)
    {
        using var scope = NewDisposeScope();
        using var schedule = new NoiseSchedule();
        var generators = RowNoise.Generators([1, 2]);
        var latents = randn(2, 8, 6, 4, generator: new Generator(9UL));
        var noise = RowNoise.Draw(generators, [8, 6, 4]);
        // The velocity of which these latents are the origin: (√ᾱ·z_t − z_0) / √(1−ᾱ).
        Tensor Perfect(Tensor x, Tensor t)
        {
            var alphaBar = schedule.Alpha((int)t[0].item<long>());
            return (Math.Sqrt(alphaBar) * x - latents) / Math.Sqrt(1 - alphaBar);
        }
        // Implicit walks end at timestep 0, where 0.00085 of the variance is still noise.
        Golden.Close(latents, Samplers[name](schedule, Perfect, noise, 20, generators), name is "ddpm" or "sde-dpm" ? 1e-4 : 0.15, 0, name);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Sampling_leaves_no_tensor_behind(string name)
    {
        using var schedule = new NoiseSchedule();
        var generators = RowNoise.Generators([1, 2]);
        Run();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Run();
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);

        void Run()
        {
            using var noise = RowNoise.Draw(generators, [8, 6, 4]);
            using var sample = Samplers[name](schedule, Curved, noise, 5, generators);
        }
    }

    [Fact]
    public void Ddim_at_eta_1_has_the_variance_of_ddpm()
    {
        using var scope = NewDisposeScope();
        using var schedule = new NoiseSchedule();
        var (x, noise) = (randn(1, 8, 4, 4), randn(1, 8, 4, 4));
        var implicitly = DdimSampler.Step(schedule, x * 0.3, 501, 401, x, noise, eta: 1);
        Golden.Close(DdpmSampler.Step(schedule, x * 0.3, 501, 401, x, noise), implicitly, 1e-5, 1e-5, "step");
    }

    [Fact]
    public void A_first_step_of_the_stochastic_solver_is_one_of_ddpm()
    {
        using var scope = NewDisposeScope();
        using var schedule = new NoiseSchedule();
        var (x, noise) = (randn(1, 8, 4, 4), randn(1, 8, 4, 4));
        var original = schedule.PredictedOriginal(x, x * 0.3, 501);
        Golden.Close(
            DdpmSampler.Step(schedule, x * 0.3, 501, 401, x, noise),
            DpmSolverSampler.Step(schedule, original, null, [501, 401], 0, x, noise), 1e-5, 1e-5, "step");
        Assert.True(DpmSolverSampler.Step(schedule, original, x, [501, 401], 1, x, noise).equal(original).all().item<bool>());
    }

    // A perfect network of normal latents, deviation 0.5. The last step ends at the mean of what is still possible at its timestep.
    [Theory]
    [InlineData(12)]
    [InlineData(25)]
    [InlineData(100)]
    public void The_stochastic_solver_lands_at_the_deviation_of_the_latents_less_what_its_last_step_leaves_open(int steps)
    {
        using var scope = NewDisposeScope();
        using var schedule = new NoiseSchedule();
        var noise = RowNoise.Draw(RowNoise.Generators([1]), [16, 32, 32]);
        var last = schedule.Alpha(schedule.Timesteps(steps, TimestepSpacing.Linspace)[^1]);
        var open = 0.25 * (1 - last) / (1 - 0.75 * last);
        var landed = DpmSolverSampler.Sample(schedule, Perfect, noise, steps, RowNoise.Generators([2]));
        Assert.Equal(Math.Sqrt(0.25 - open), landed.std().item<float>(), 0.02);
        Assert.Equal(0, landed.mean().item<float>(), 0.02);

        Tensor Perfect(Tensor x, Tensor t)
        {
            var alphaBar = schedule.Alpha((int)t[0].item<long>());
            var original = 0.25 * Math.Sqrt(alphaBar) / (1 - 0.75 * alphaBar) * x;
            return (Math.Sqrt(alphaBar) * x - original) / Math.Sqrt(1 - alphaBar);
        }
    }

    // cases: generate --steps 501. A perfect network of normal latents, mean 1 and deviation 0.5; all that it does is linear.
    [Theory]
    [InlineData(334)]
    [InlineData(499)]
    [InlineData(500)]
    [InlineData(501)]
    [InlineData(750)]
    [InlineData(998)]
    [InlineData(1000)]
    public void A_walk_of_any_number_of_steps_lands_at_mean_and_deviation_of_the_latents(int steps)
    {
        const double Mean = 1, Deviation = 0.5;
        using var scope = NewDisposeScope();
        using var schedule = new NoiseSchedule();
        var noise = stack([zeros(1, 1, 1), ones(1, 1, 1)]); // where 0 lands is the mean; how far 1 from there, the deviation
        foreach (var name in new[] { "ddim", "dpm" })
        {
            var landed = Samplers[name](schedule, Perfect, noise, steps, []);
            var mean = landed[0].item<float>();
            Assert.Equal((0.966, 0.5), (mean, landed[1].item<float>() - mean), new Near(0.01)); // 1 − 0.5·√ᾱ_999/√(1 − 0.75·ᾱ_999)
        }
        var many = DdpmSampler.Sample(
            schedule, Perfect, RowNoise.Draw(RowNoise.Generators([1]), [16, 32, 16]), steps, RowNoise.Generators([2]));
        Assert.Equal((0.98, 0.5), (many.mean().item<float>(), many.std().item<float>()), new Near(0.03));

        Tensor Perfect(Tensor x, Tensor t)
        {
            var alphaBar = schedule.Alpha((int)t[0].item<long>());
            var gain = Deviation * Deviation * Math.Sqrt(alphaBar) / (alphaBar * Deviation * Deviation + 1 - alphaBar);
            var original = Mean + gain * (x - Math.Sqrt(alphaBar) * Mean);
            return (Math.Sqrt(alphaBar) * x - original) / Math.Sqrt(1 - alphaBar);
        }
    }

    private sealed class Near(double tolerance) : IEqualityComparer<(double, double)>
    {
        public bool Equals((double, double) x, (double, double) y) =>
            Math.Abs(x.Item1 - y.Item1) <= tolerance && Math.Abs(x.Item2 - y.Item2) <= tolerance;

        public int GetHashCode((double, double) obj) => 0;
    }

    [Fact]
    public void Chosen_timesteps_that_do_not_fall_are_refused()
    {
        using var scope = NewDisposeScope();
        using var schedule = new NoiseSchedule();
        foreach (var walk in new int[][] { [], [1000, 1], [5, 5], [3, 4], [3, -1] })
        {
            var e = Assert.Throws<ArgumentException>(() => DdimSampler.Sample(schedule, Curved, zeros(1, 8, 4, 4), walk));
            Assert.StartsWith("timesteps must fall from at most 999 to at least 0, but are ", e.Message);
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => DdpmSampler.Step(schedule, zeros(1), 5, 5, zeros(1), zeros(1)));
    }

    [Theory]
    [InlineData("ddpm")]
    [InlineData("ddim")]
    public void Chosen_timesteps_walk_as_their_number_does(string name)
    {
        using var scope = NewDisposeScope();
        using var schedule = new NoiseSchedule();
        var noise = RowNoise.Draw(RowNoise.Generators([1]), [8, 6, 4]);
        var byNumber = Samplers[name](schedule, Curved, noise, 10, RowNoise.Generators([2]));
        var chosen = schedule.Timesteps(10, TimestepSpacing.Leading);
        var byChoice = name == "ddpm"
            ? DdpmSampler.Sample(schedule, Curved, noise, chosen, RowNoise.Generators([2]))
            : DdimSampler.Sample(schedule, Curved, noise, chosen);
        Assert.True(byNumber.equal(byChoice).all().item<bool>());
    }

    [Fact]
    public void Progress_counts_every_step()
    {
        using var scope = NewDisposeScope();
        using var schedule = new NoiseSchedule();
        var seen = new List<(int, int)>();
        DpmSolverSampler.Sample(schedule, Curved, zeros(1, 8, 4, 4), 3, (done, all) => seen.Add((done, all)));
        Assert.Equal([(1, 3), (2, 3), (3, 3)], seen);
    }

    [Fact]
    public void A_missing_generator_is_told()
    {
        using var scope = NewDisposeScope();
        using var schedule = new NoiseSchedule();
        var e = Assert.Throws<ArgumentException>(
            () => DdpmSampler.Sample(schedule, Curved, zeros(2, 8, 4, 4), 3, RowNoise.Generators([1])));
        Assert.StartsWith("generators must have one entry for each of the 2 rows of initialNoise, but has 1.", e.Message);
    }
}
