using Tango2.Pipelines;
using Tango2.Preferences;
using Tango2.Training;

namespace Tango2.Alignment;

/// <summary>Scores candidates with CLAP models and makes the pairs that the filter then chooses from (section 4.1.2).</summary>
/// <param name="clips">The candidates.</param>
/// <param name="tango">Whose they are.</param>
/// <param name="scorers">The filter's CLAP models; the first ranks, the paper does not say which does.</param>
public sealed class Ranking(CandidateSet clips, TextToAudio tango, IReadOnlyList<ClapScorer> scorers)
{
    /// <summary>Decimals that scores are kept with.</summary>
    public const int Decimals = 4;

    private readonly List<(PlannedClip Clip, ScoredClip Scored)> _scored = [];

    /// <summary>Scores the clips, each against its prompt; the work is made as the progress is read.</summary>
    /// <returns>The clips scored.</returns>
    public IEnumerable<Progress> Score()
    {
        _scored.Clear();
        foreach (var (part, sound) in clips.Sounds(tango))
        {
            using var scope = NewDisposeScope();
            string[] prompts = [.. part.Select(clip => clip.Prompt)];
            var scores = scorers.Select(scorer => scorer.Score(sound, prompts, tango.SampleRate)).ToArray();
            _scored.AddRange(part.Select((clip, i) =>
                (clip, new ScoredClip(clip.Id, [.. scores.Select(of => Math.Round(of[i], Decimals))]))));
            yield return new(_scored.Count, clips.Plan.Count);
        }
    }

    /// <summary>The clips that are scored so far, in the plan's order, with a score of each model.</summary>
    internal IReadOnlyList<(PlannedClip Clip, ScoredClip Scored)> Scored => _scored;

    /// <summary>All candidate pairs, prompt by prompt.</summary>
    /// <exception cref="InvalidOperationException">Not all clips are scored yet.</exception>
    public IReadOnlyList<PreferencePair> Pairs() => _scored.Count == clips.Plan.Count
        ? [.. _scored.GroupBy(s => s.Clip.Number).SelectMany(prompt => CandidatePairs.Of([.. prompt]))]
        : throw new InvalidOperationException($"{_scored.Count} of {clips.Plan.Count} clips are scored: score all of them first.");

    /// <summary>Scores all clips and makes all pairs.</summary>
    /// <inheritdoc cref="Ranking(CandidateSet, TextToAudio, IReadOnlyList{ClapScorer})"/>
    public static IReadOnlyList<PreferencePair> Pairs(
        CandidateSet clips, TextToAudio tango, IReadOnlyList<ClapScorer> scorers)
    {
        var ranking = new Ranking(clips, tango, scorers);
        foreach (var _ in ranking.Score()) { }
        return ranking.Pairs();
    }
}
