using Tango2.Lab;
using Tango2.Pipelines;
using Tango2.Preferences;

namespace Tango2.Studies;

/// <summary>Finds the plan's clips by the names that pairs have for them.</summary>
public static class PlannedClips
{
    /// <summary>The text, steps and seed of named clips, in the given order.</summary>
    /// <param name="models">The weights that the lab trained.</param>
    /// <param name="names">Ids such as "00012-original", or paths that end in one.</param>
    /// <exception cref="ArgumentException">The plan has no clip of that name; the message tells which.</exception>
    public static IReadOnlyList<PlannedClip> Named(ModelStore models, IEnumerable<string> names)
    {
        var plan = CandidateStage.Plan(new() { Models = models, WorkFolder = "" }).ToDictionary(clip => clip.Id);
        return [.. names.Select(name => plan.TryGetValue(Path.GetFileName(name), out var clip) ? clip : throw new ArgumentException(
            $"The plan has no clip '{Path.GetFileName(name)}'; its names are like '{plan.Keys.First()}'."))];
    }
}
