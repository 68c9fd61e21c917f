using Tango2.Pipelines;
using Tango2.Preferences;

namespace Tango2.Studies;

/// <summary>Makes planned clips, those of one number of steps together.</summary>
internal static class PlannedLatents
{
    /// <summary>Latents [n, C, T, F] in the order of <paramref name="clips"/>.</summary>
    public static Tensor Generate(TextToAudio pipeline, IReadOnlyList<PlannedClip> clips)
    {
        using var scope = NewDisposeScope();
        var rows = new Tensor[clips.Count];
        foreach (var group in clips.Select((clip, row) => (Clip: clip, Row: row)).GroupBy(c => c.Clip.Steps))
        {
            var latents = pipeline.Latents(
                [.. group.Select(c => c.Clip.Text)], [.. group.Select(c => c.Clip.Seed)],
                new() { Steps = group.Key, GuidanceScale = CandidatePlan.GuidanceScale });
            foreach (var (c, i) in group.Select((c, i) => (c, i))) rows[c.Row] = latents[i];
        }
        return stack(rows).MoveToOuterDisposeScope();
    }
}
