using Tango2.Diffusion;

namespace Tango2.Tests.Diffusion;

public class NoiseScheduleTests
{
    [Theory]
    [InlineData(PredictionType.Velocity, 999)]
    [InlineData(PredictionType.Epsilon, 600)]
    public void Latents_return_from_noisy_latents_and_target(PredictionType type, int highest)
    {
        using var scope = NewDisposeScope();
        using var schedule = new NoiseSchedule(prediction: type);
        var generator = new Generator(7UL);
        for (var trial = 0; trial < 5; trial++)
        {
            var latents = randn(3, 8, trial + 2, 4, generator: generator);
            var noise = randn(3, 8, trial + 2, 4, generator: generator);
            var t = randint(0, highest + 1, 3, dtype: int64, generator: generator);
            var noisy = schedule.AddNoise(latents, noise, t);
            var target = schedule.Target(latents, noise, t);
            Golden.Close(latents, schedule.PredictedOriginal(noisy, target, t), 2e-5, 2e-5, "rows");
            var last = (int)t[2].item<long>();
            Golden.Close(latents[2..], schedule.PredictedOriginal(noisy[2..], target[2..], last), 2e-5, 2e-5, "one");
        }
    }

    [Fact]
    public void Wrong_numbers_of_steps_and_shapes_are_refused_with_the_reason()
    {
        using var scope = NewDisposeScope();
        using var schedule = new NoiseSchedule();
        var steps = Assert.Throws<ArgumentOutOfRangeException>(() => schedule.Timesteps(1000, TimestepSpacing.Leading));
        Assert.StartsWith("steps must be from 1 to 999: there are 1000 training timesteps.", steps.Message);
        var shape = Assert.Throws<ArgumentException>(
            () => schedule.AddNoise(zeros(2, 8, 4, 4), zeros(1, 8, 4, 4), zeros(2, dtype: int64)));
        Assert.Equal("noise must be [B, C, T, F], but is [1, 8, 4, 4]: B is 2 in latents.", shape.Message);
    }

    // cases: generate --steps 501
    [Fact]
    public void Timesteps_cover_the_whole_schedule_at_any_number_of_steps()
    {
        using var schedule = new NoiseSchedule();
        for (var steps = 1; steps <= schedule.Steps; steps++)
        {
            foreach (var walk in new[] { schedule.Timesteps(steps), schedule.Timesteps(steps, TimestepSpacing.Linspace) })
            {
                Assert.Equal(steps, walk.Count);
                int[] all = [schedule.Steps, .. walk, -1];
                var gaps = all.Zip(all.Skip(1), (from, to) => from - to).ToArray();
                Assert.True(gaps.Min() > 0, $"{steps} steps: falling, from 999 at most to 0 at least");
                Assert.True(gaps.Max() <= Math.Ceiling(2.0 * schedule.Steps / steps), $"{steps} steps: a gap of {gaps.Max()}");
                if (steps < 3) Assert.Equal(schedule.Steps - 1, walk[0]); // two gaps could be all of it
            }
        }
    }

    [Fact]
    public void Timesteps_are_the_references_where_those_come_near_the_top()
    {
        using var schedule = new NoiseSchedule();
        int[] leading = [3, 4, 5, 7, 10, 12, 20, 25, 30, 50, 100, 125, 200, 250, 333, 500];
        foreach (var steps in leading) Assert.Equal(schedule.Timesteps(steps, TimestepSpacing.Leading), schedule.Timesteps(steps));
        int[] others = [1, 2, 36, 60, 300, 334, 400, 499, 501, 667, 750, 998, 999, 1000];
        foreach (var steps in others)
        {
            Assert.Equal(schedule.Timesteps(steps, TimestepSpacing.Trailing), schedule.Timesteps(steps));
            Assert.Equal(999, schedule.Timesteps(steps)[0]);
        }
        Assert.Equal([996, 991, 986], schedule.Timesteps(200).Take(3));
        Assert.Equal([999, 997, 995], schedule.Timesteps(501).Take(3));
        Assert.Equal(Enumerable.Range(0, 1000).Reverse(), schedule.Timesteps(1000));
        Assert.Throws<ArgumentOutOfRangeException>(() => schedule.Timesteps(1001));
        Assert.Throws<ArgumentOutOfRangeException>(() => schedule.Timesteps(0, TimestepSpacing.Linspace));
    }

    [Fact]
    public void Linear_betas_are_evenly_spaced_and_scaled_ones_in_their_square_roots()
    {
        using var linear = new NoiseSchedule(steps: 5, betaStart: 0.01, betaEnd: 0.09, spacing: BetaSpacing.Linear);
        using var scaled = new NoiseSchedule(steps: 5, betaStart: 0.01, betaEnd: 0.25);
        Assert.Equal([0.01, 0.03, 0.05, 0.07, 0.09], linear.Betas.Select(b => Math.Round(b, 6)));
        Assert.Equal([0.01, 0.04, 0.09, 0.16, 0.25], scaled.Betas.Select(b => Math.Round(b, 6)));
    }

    [Fact]
    public void A_schedulers_configuration_that_is_not_built_is_refused_by_key()
    {
        const string Known = """
            {"_class_name": "DDIMScheduler", "beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear",
             "clip_sample": false, "num_train_timesteps": 1000, "prediction_type": "v_prediction",
             "set_alpha_to_one": false, "skip_prk_steps": true, "steps_offset": 1, "trained_betas": null}
            """;
        using var schedule = NoiseSchedule.FromJson(Known);
        using var standard = new NoiseSchedule();
        Assert.Equal(standard.AlphasCumprod, schedule.AlphasCumprod);
        Assert.Equal("beta_schedule must be scaled_linear or linear, but is squaredcos_cap_v2.", Refused("scaled_linear", "squaredcos_cap_v2"));
        Assert.Equal("steps_offset must be 1, but is 0.", Refused("\"steps_offset\": 1", "\"steps_offset\": 0"));
        Assert.Equal("prediction_type must be v_prediction or epsilon, but is sample.", Refused("v_prediction", "sample"));
        Assert.Equal("beta_start is missing in the scheduler's configuration.", Refused("beta_start", "beta_begin"));

        static string Refused(string part, string changed) => Assert.Throws<InvalidDataException>(
            () => NoiseSchedule.FromJson(Known.Replace(part, changed, StringComparison.Ordinal))).Message;
    }
}
