namespace Tango2.Evaluation;

/// <summary>What a recipe of alignment gains on fresh prompts, several trainings pooled, as a file.</summary>
/// <param name="Test">Base and aligned over guidance; its best point has the base at its own best guidance, aligned at the paper's.</param>
/// <param name="Hard">The same on harder prompts.</param>
/// <param name="Noise">The base against itself with other noise, at the paper's guidance: what no alignment at all changes.</param>
/// <param name="Trainings">Each training alone, at the paper's guidance.</param>
internal sealed record GainTable(GuidanceTable Test, GuidanceTable Hard, GuidancePoint Noise, IReadOnlyList<GuidancePoint> Trainings)
{
    /// <summary>Writes the table.</summary>
    public void Write(string path) => ResultJson.Write(path, this);
}
