namespace Tango2.Evaluation;

/// <summary>What a recipe of alignment gains on fresh prompts, as a file.</summary>
/// <param name="Test">
/// Base and recipe over guidance. Where the recipe is at the paper's scale all trainings are pooled, elsewhere it is the first. The best
/// point has the base at its own best guidance, the recipe at the paper's.
/// </param>
/// <param name="Hard">The same on harder prompts.</param>
/// <param name="Noise">The base against itself with other noise, at the paper's guidance: what no alignment at all changes.</param>
/// <param name="Trainings">Each training alone, at the paper's guidance.</param>
public sealed record GainTable(GuidanceTable Test, GuidanceTable Hard, GuidancePoint Noise, IReadOnlyList<GuidancePoint> Trainings)
{
    /// <summary>Both at the paper's guidance, trainings pooled.</summary>
    public GuidancePoint AtPaper => Test.At(Noise.Base);

    /// <summary>Reads the table; null if there is no file.</summary>
    /// <exception cref="InvalidDataException">The file is no such table.</exception>
    public static GainTable? Read(string path) => !File.Exists(path) ? null : ResultJson.Read<GainTable>(
        path, "table of a gain", "noise, trainings, and test and hard with a point at the guidance of noise",
        table => table is { Test.Points: not null, Hard.Points: not null, Noise: not null, Trainings.Count: > 0 }
            && new[] { table.Test, table.Hard }.All(curves => curves.Points.Any(point => point.Base == table.Noise.Base)));

    /// <summary>Writes the table.</summary>
    public void Write(string path) => ResultJson.Write(path, this);
}
