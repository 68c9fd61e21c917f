using Tango2.Diffusion;
using Tango2.Pipelines;

namespace Tango2.Evaluation;

/// <summary>What samplers reach with how many calls of the network, beside one of many calls, as a file.</summary>
/// <param name="Prompts">Prompts of each row.</param>
/// <param name="Reference">What the rows are compared with: as the paper samples.</param>
/// <param name="Rows">In the order in which they were measured.</param>
public sealed record SamplerTable(int Prompts, GenerationOptions Reference, IReadOnlyList<SamplerRow> Rows)
{
    /// <summary>Reads the table; null if there is no file.</summary>
    /// <exception cref="InvalidDataException">The file is no such table.</exception>
    public static SamplerTable? Read(string path) => !File.Exists(path) ? null : ResultJson.Read<SamplerTable>(
        path, "table of samplers", "reference, and rows with way and changes", table => table is { Reference: not null, Rows.Count: > 0 }
            && table.Rows.All(row => row is { Way: not null, Changes: not null }));

    /// <summary>The row of a way.</summary>
    /// <param name="sampler">Who walks.</param>
    /// <param name="steps">Calls.</param>
    /// <param name="spacing">Where the timesteps lie; null for the sampler's own rule.</param>
    /// <param name="eta">Of DDIM.</param>
    /// <exception cref="InvalidOperationException">It was not measured.</exception>
    public SamplerRow Row(Sampler sampler, int steps, TimestepSpacing? spacing = null, double eta = 0) => Rows.Single(row =>
        (row.Way.Sampler, row.Way.Steps, row.Way.Spacing, row.Way.Eta) == (sampler, steps, spacing, eta));

    /// <summary>Writes the table.</summary>
    public void Write(string path) => ResultJson.Write(path, this);
}

/// <summary>One way from noise to latents.</summary>
/// <param name="Way">Sampler, steps (each is a call of the network), spacing and eta.</param>
/// <param name="Changes">The reference's value, this one's and the change, by the metric's key.</param>
public sealed record SamplerRow(GenerationOptions Way, IReadOnlyDictionary<string, Change> Changes)
{
    /// <summary>A metric of the reference and of this row.</summary>
    public Change this[Metric metric] => Changes[metric.Key];
}
