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
        var steps = Assert.Throws<ArgumentOutOfRangeException>(() => schedule.LeadingTimesteps(1000));
        Assert.StartsWith("steps must be from 1 to 999: there are 1000 training timesteps.", steps.Message);
        var shape = Assert.Throws<ArgumentException>(
            () => schedule.AddNoise(zeros(2, 8, 4, 4), zeros(1, 8, 4, 4), zeros(2, dtype: int64)));
        Assert.Equal("noise must be [B, C, T, F], but is [1, 8, 4, 4]: B is 2 in latents.", shape.Message);
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
