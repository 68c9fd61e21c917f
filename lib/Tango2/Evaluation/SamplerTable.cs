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
        path, "table of samplers", "reference and rows", table => table is { Reference: not null, Rows.Count: > 0 });

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
