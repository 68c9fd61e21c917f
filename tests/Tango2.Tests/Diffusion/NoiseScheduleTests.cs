using Tango2.Diffusion;

namespace Tango2.Tests.Diffusion;

public class NoiseScheduleTests
{
    [Fact]
    public void Tables_are_the_references()
    {
        using var scope = NewDisposeScope();
        using var schedule = new NoiseSchedule();
        var f = new SchedulesFixture();
        Golden.Close(f["output.betas"], tensor(schedule.Betas.ToArray()), 1e-8, 1e-6, "betas");
        Golden.Close(f["output.alphas_cumprod"], tensor(schedule.AlphasCumprod.ToArray()), 1e-7, 1e-6, "alphas");
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(10)]
    [InlineData(25)]
    [InlineData(50)]
    [InlineData(100)]
    [InlineData(200)]
    public void Sampling_timesteps_are_the_references(int steps)
    {
        using var scope = NewDisposeScope();
        using var schedule = new NoiseSchedule();
        var f = new SchedulesFixture();
        Assert.Equal(Stored("timesteps"), schedule.LeadingTimesteps(steps));
        Assert.Equal(Stored("ddim_timesteps"), schedule.LeadingTimesteps(steps));
        Assert.Equal(Stored("dpm_timesteps"), DpmSolverSampler.Timesteps(schedule, steps));
        IEnumerable<int> Stored(string name) => f[$"output.{name}.{steps}"].data<long>().ToArray().Select(t => (int)t);
    }

    [Fact]
    public void Noisy_latents_and_velocities_are_the_references()
    {
        using var scope = NewDisposeScope();
        using var schedule = new NoiseSchedule();
        var f = new SchedulesFixture();
        var (latents, noise, t) = (f["input.original"], f["input.noise"], f["input.timesteps"]);
        SchedulesFixture.Close(f["output.add_noise"], schedule.AddNoise(latents, noise, t), "noisy latents", 1e-6);
        SchedulesFixture.Close(f["output.get_velocity"], schedule.Velocity(latents, noise, t), "velocity", 1e-6);
    }

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
            SchedulesFixture.Close(latents, schedule.PredictedOriginal(noisy, target, t), "rows", 2e-5);
            var last = (int)t[2].item<long>();
            SchedulesFixture.Close(latents[2..], schedule.PredictedOriginal(noisy[2..], target[2..], last), "one", 2e-5);
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
}
