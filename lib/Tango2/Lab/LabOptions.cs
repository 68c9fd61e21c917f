using Tango2.Pipelines;

namespace Tango2.Lab;

/// <summary>What a training of the mini models starts from.</summary>
public sealed record LabOptions
{
    /// <summary>Everything random follows from it.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Where the weights go.</summary>
    public required ModelStore Models { get; init; }

    /// <summary>Where unfinished runs are kept, so that they can go on.</summary>
    public required string WorkFolder { get; init; }

    /// <summary>Scales every number of steps and clips: 1 is the shipped training, 0.01 a rehearsal of seconds.</summary>
    public double Effort { get; init; } = 1;

    /// <summary>A count at this effort, at least <paramref name="least"/>.</summary>
    public int Scaled(int count, int least = 2) => Math.Max(least, (int)Math.Round(count * Effort));

    /// <summary>The state file of an unfinished stage.</summary>
    public string StatePath(string stage) => Path.Combine(WorkFolder, $"{stage}.state.safetensors");
}
