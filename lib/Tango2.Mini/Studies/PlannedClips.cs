using System.Text.Json;
using Tango2.Lab;
using Tango2.Pipelines;
using Tango2.Preferences;

namespace Tango2.Studies;

/// <summary>Finds the clips of a plan by the names that pairs have for them.</summary>
public static class PlannedClips
{
    /// <summary>The plan that a folder's candidates were made by: of the seed and effort in its record, of seed 1 without one.</summary>
    /// <param name="models">Its folder may have training/candidates.json.</param>
    /// <exception cref="InvalidDataException">The record is damaged; the message names it.</exception>
    public static IReadOnlyList<PlannedClip> Of(ModelStore models)
    {
        var options = new LabOptions { Models = models, WorkFolder = "" };
        var path = MiniLab.RecordPath(options, CandidateStage.Stage.Name);
        if (!File.Exists(path)) return CandidateStage.Plan(options);
        try
        {
            using var record = JsonDocument.Parse(File.ReadAllBytes(path));
            return CandidateStage.Plan(options with
            {
                Seed = record.RootElement.GetProperty("seed").GetInt64(),
                Effort = record.RootElement.GetProperty("effort").GetDouble(),
            });
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException
            or FormatException)
        {
            throw new InvalidDataException($"{path} must tell the seed and the effort of the candidates: {error.Message}", error);
        }
    }

    /// <summary>The text, steps and seed of named clips of a folder's plan, in the given order.</summary>
    /// <param name="models">The weights that the lab trained.</param>
    /// <param name="names">Ids such as "00012-original", or paths that end in one.</param>
    /// <exception cref="ArgumentException">The plan has no clip of that name; the message tells which.</exception>
    public static IReadOnlyList<PlannedClip> Named(ModelStore models, IEnumerable<string> names) =>
        Named(names, Of(models));

    /// <summary>The same of a plan of one's own.</summary>
    /// <param name="names">Ids such as "00012-original", or paths that end in one.</param>
    /// <param name="plan">As <see cref="CandidatePlan.For"/> makes it, of one prompt or of many.</param>
    /// <exception cref="ArgumentException">The plan lacks a clip, or has two of one name; the message tells which.</exception>
    public static IReadOnlyList<PlannedClip> Named(IEnumerable<string> names, IReadOnlyList<PlannedClip> plan)
    {
        var index = new PlanIndex(plan);
        return [.. names.Select(index.Named)];
    }
}
