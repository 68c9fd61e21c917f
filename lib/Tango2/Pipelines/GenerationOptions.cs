namespace Tango2.Pipelines;

/// <summary>How the walk from noise to latents is made.</summary>
public enum Sampler
{
    /// <summary>The ancestral sampler of the paper.</summary>
    Ddpm,

    /// <summary>The deterministic sampler.</summary>
    Ddim,
}

/// <summary>Settings of generation.</summary>
public sealed record GenerationOptions
{
    /// <summary>What the evaluation at mini scale uses.</summary>
    public static GenerationOptions Default { get; } = new();

    /// <summary>Steps, in [1, 999]. The paper evaluates with 200; at mini scale 25 are enough.</summary>
    public int Steps { get; init; } = 25;

    /// <summary>w in u + w·(c − u); 1 is without guidance. The paper's is 3; TRAINING.md tells why mini's is 2.</summary>
    public double GuidanceScale { get; init; } = 2;

    /// <summary>The sampler; the paper's is DDPM.</summary>
    public Sampler Sampler { get; init; } = Sampler.Ddpm;

    /// <summary>Clips walked together.</summary>
    public int BatchSize { get; init; } = 32;
}
