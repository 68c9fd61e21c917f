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

    /// <summary>Steps, from 1 to the schedule's training timesteps. The paper evaluates with 200.</summary>
    public int Steps { get; init; } = 200;

    /// <summary>w in u + w·(c − u), 0 or more: 0 ignores the text, 1 is without guidance. The paper's is 3.</summary>
    public double GuidanceScale { get; init; } = 3;

    /// <summary>The sampler; the paper's is DDPM.</summary>
    public Sampler Sampler { get; init; } = Sampler.Ddpm;

    /// <summary>Clips walked together, at least 1.</summary>
    public int BatchSize { get; init; } = 32;

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
        if (BatchSize < 1) throw new ArgumentException($"{nameof(BatchSize)} must be at least 1, but is {BatchSize}.");
    }
}
