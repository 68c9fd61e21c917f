namespace Tango2.Preferences;

/// <summary>A plan's clips by name: a name means one clip, or is refused.</summary>
public sealed class PlanIndex
{
    private readonly Dictionary<string, PlannedClip> _clips = [];

    /// <summary>Takes up a plan, of one prompt or of many.</summary>
    /// <param name="plan">The clips; the same clip may come twice.</param>
    /// <exception cref="ArgumentException">The plan is empty, or two different clips have one name; the message tells it.</exception>
    public PlanIndex(IReadOnlyList<PlannedClip> plan)
    {
        if (plan.Count == 0) throw new ArgumentException("A plan must hold at least one clip, but is empty.", nameof(plan));
        foreach (var clip in plan)
        {
            if (!_clips.TryAdd(clip.Id, clip) && _clips[clip.Id] != clip)
                throw new ArgumentException($"The plan has two clips '{clip.Id}', of '{_clips[clip.Id].Text}' and of "
                    + $"'{clip.Text}': give each prompt a number of its own.", nameof(plan));
        }
    }

    /// <summary>The clip of a name.</summary>
    /// <param name="name">An id such as "00012-original", or a path that ends in one.</param>
    /// <exception cref="ArgumentException">The plan has no clip of that name; the message tells which.</exception>
    public PlannedClip Named(string name) => _clips.TryGetValue(Path.GetFileName(name), out var clip) ? clip : throw new
        ArgumentException($"The plan has no clip '{Path.GetFileName(name)}'; its names are like '{_clips.Keys.First()}'.");

    /// <summary>Refuses a pair whose clips the plan lacks, makes for another prompt, or makes alike.</summary>
    /// <exception cref="ArgumentException">The pair is of another plan; the message names the clip and both prompts.</exception>
    public void Check(PreferencePair pair)
    {
        foreach (var name in new[] { pair.Winner, pair.Loser })
        {
            var clip = Named(name);
            var original = _clips.GetValueOrDefault((clip with { Role = CandidatePlan.Original }).Id);
            var text = original?.Text ?? (CandidatePlan.IsOfPrompt(clip.Role) ? clip.Text : pair.Prompt);
            if (text != pair.Prompt)
                throw new ArgumentException($"The clip '{clip.Id}' is planned for the prompt '{text}', but its pair "
                    + $"is of '{pair.Prompt}': the pair is of another plan, so give the plan that it was made by.");
        }
        var (winner, loser) = (Named(pair.Winner), Named(pair.Loser));
        if ((winner.Text, winner.Steps, winner.Seed) == (loser.Text, loser.Steps, loser.Seed))
            throw new ArgumentException(
                $"The clips '{winner.Id}' and '{loser.Id}' of a pair are one sound, of one text, steps and seed: remove the pair.");
    }
}
