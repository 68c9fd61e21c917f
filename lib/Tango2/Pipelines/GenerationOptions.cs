using System.Text.Json.Serialization;
using Tango2.Diffusion;

namespace Tango2.Pipelines;

/// <summary>How the walk from noise to latents is made.</summary>
public enum Sampler
{
    /// <summary>The ancestral sampler of the paper.</summary>
    Ddpm,

    /// <summary>The deterministic sampler.</summary>
    Ddim,

    /// <summary>DPM-Solver++ (2M), deterministic and of second order.</summary>
    DpmSolver,

    /// <summary>SDE-DPM-Solver++ (2M), of second order too, which draws noise as DDPM does.</summary>
    SdeDpmSolver,
}

/// <summary>Settings of generation; those that are not set are the paper's.</summary>
public sealed record GenerationOptions
{
    /// <summary>The most steps of the paper's schedule: as many as there are training timesteps.</summary>
    public const int MostSteps = 1000;

    /// <summary>The steps of <see cref="InFewSteps"/>.</summary>
    public const int FewSteps = 12;

    /// <summary>Steps, from 1 to the schedule's training timesteps. The paper evaluates with 200.</summary>
    public int Steps { get; init; } = 200;

    /// <summary>w in u + w·(c − u), 0 or more: 0 ignores the text, 1 is without guidance. The paper's is 3.</summary>
    public double GuidanceScale { get; init; } = 3;

    /// <summary>The sampler; the paper's is DDPM.</summary>
    public Sampler Sampler { get; init; } = Sampler.Ddpm;

    /// <summary>Where the timesteps lie; null leaves it to the sampler, and to the model that is walked.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimestepSpacing? Spacing { get; init; }

    /// <summary>Of DDIM: the part of the deviation that DDPM draws anew at each step, in [0, 1]; at 0 the start decides everything.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double Eta { get; init; }

    /// <summary>Clips walked together, at least 1.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>
    /// The same with <see cref="Sampler.SdeDpmSolver"/> in <see cref="FewSteps"/> steps: at mini scale no worse than DDPM in 200
    /// (`samplers.json`, notebook 01), with a fraction of the calls.
    /// </summary>
    public GenerationOptions InFewSteps() => this with { Sampler = Sampler.SdeDpmSolver, Steps = FewSteps, Spacing = null, Eta = 0 };

    /// <summary>Refuses settings that make no sense, before any work.</summary>
    /// <param name="mostSteps">The schedule's training timesteps.</param>
    /// <exception cref="ArgumentException">One does not; the message names it.</exception>
    public void Validate(int mostSteps = MostSteps)
    {
        if (Steps < 1 || Steps > mostSteps)
            throw new ArgumentException($"{nameof(Steps)} must be from 1 to {mostSteps}, but is {Steps}.");
        if (!double.IsFinite(GuidanceScale) || GuidanceScale < 0)
            throw new ArgumentException(FormattableString.Invariant(
                $"{nameof(GuidanceScale)} must be a number, 0 or more, but is {GuidanceScale}."));
        if (!Enum.IsDefined(Sampler))
            throw new ArgumentException(
                $"{nameof(Sampler)} must be {string.Join(", ", Enum.GetNames<Sampler>()[..^1])} or {Enum.GetNames<Sampler>()[^1]}, but is {(int)Sampler}.");
        if (Spacing is { } spacing && !Enum.IsDefined(spacing))
            throw new ArgumentException(
                $"{nameof(Spacing)} must be one of {string.Join(", ", Enum.GetNames<TimestepSpacing>())}, but is {(int)spacing}.");
        if (Spacing == TimestepSpacing.Leading && Steps == mostSteps)
            throw new ArgumentException(
                $"{nameof(Spacing)} Leading takes at most {mostSteps - 1} steps, but {Steps} are asked for.");
        if (!(Eta is >= 0 and <= 1))
            throw new ArgumentException(FormattableString.Invariant($"{nameof(Eta)} must be from 0 to 1, but is {Eta}."));
        if (Eta > 0 && Sampler != Sampler.Ddim)
            throw new ArgumentException($"{nameof(Eta)} is of {Sampler.Ddim}, but the sampler is {Sampler}.");
        if (BatchSize < 1) throw new ArgumentException($"{nameof(BatchSize)} must be at least 1, but is {BatchSize}.");
    }

    /// <summary>Whether the walk draws noise on its way.</summary>
    internal bool DrawsNoise => Sampler is Sampler.Ddpm or Sampler.SdeDpmSolver || Eta > 0;

    /// <summary>The timesteps of a walk, one call of the network each.</summary>
    /// <param name="schedule">The schedule that the network was trained with.</param>
    /// <param name="asReferenced">Whether DDPM and DDIM take <see cref="TimestepSpacing.Leading"/> at any number of steps but all.</param>
    internal IReadOnlyList<int> Timesteps(NoiseSchedule schedule, bool asReferenced)
    {
        Validate(schedule.Steps);
        return Spacing is { } spacing ? schedule.Timesteps(Steps, spacing)
            : Sampler is Sampler.DpmSolver or Sampler.SdeDpmSolver ? schedule.Timesteps(Steps, TimestepSpacing.Linspace)
            : asReferenced && Steps < schedule.Steps ? schedule.Timesteps(Steps, TimestepSpacing.Leading)
            : schedule.Timesteps(Steps);
    }

    /// <summary>Latents z_0 [B, C, T, F] by these timesteps.</summary>
    internal Tensor Walk(
        NoiseSchedule schedule, Denoiser denoise, NoiseSource noise, IReadOnlyList<int> timesteps,
        Action<int, int>? progress = null)
    {
        var (start, drawn) = noise;
        return Sampler switch
        {
            Sampler.Ddpm => DdpmSampler.Sample(schedule, denoise, start, timesteps, drawn, progress),
            Sampler.Ddim => DdimSampler.Sample(schedule, denoise, start, timesteps, drawn, progress, Eta),
            Sampler.DpmSolver => DpmSolverSampler.Sample(schedule, denoise, start, timesteps, noise: null, progress),
            Sampler.SdeDpmSolver => DpmSolverSampler.Sample(schedule, denoise, start, timesteps, drawn, progress),
            _ => throw new ArgumentOutOfRangeException(nameof(schedule), Sampler, "Unknown sampler."),
        };
    }
}
