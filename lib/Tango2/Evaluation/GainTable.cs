using System.Text.Json;

namespace Tango2.Evaluation;

/// <summary>What a recipe of alignment gains on fresh prompts, several trainings pooled, as a file.</summary>
/// <param name="Test">Base and aligned over guidance; its best point has the base at its own best guidance, aligned at the paper's.</param>
/// <param name="Hard">The same on harder prompts.</param>
/// <param name="Noise">The base against itself with other noise, at the paper's guidance: what no alignment at all changes.</param>
/// <param name="Trainings">Each training alone, at the paper's guidance.</param>
public sealed record GainTable(GuidanceTable Test, GuidanceTable Hard, GuidancePoint Noise, IReadOnlyList<GuidancePoint> Trainings)
{
    /// <summary>Reads the table; null if there is no file.</summary>
    /// <exception cref="InvalidDataException">The file is no such table.</exception>
    public static GainTable? Read(string path)
    {
        if (!File.Exists(path)) return null;
        try
        {
            return JsonSerializer.Deserialize<GainTable>(File.ReadAllText(path), ResultJson.Options)
                is { Test: not null, Hard: not null, Noise: not null, Trainings.Count: > 0 } table
                ? table
                : throw new InvalidDataException($"{path} must hold test, hard, noise and trainings; delete it to make it anew.");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{path} is no table of a gain: {error.Message}", error);
        }
    }

    /// <summary>Writes the table.</summary>
    public void Write(string path) => ResultJson.Write(path, this);
}
