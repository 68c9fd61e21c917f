using Tango2.Audio;
using Tango2.Pipelines;
using Tango2.Preferences;
using Tango2.Tensors;

namespace Tango2.Alignment;

/// <summary>The clips of pairs, made again from their plan and known again by their scores: none is another's.</summary>
/// <remarks>
/// Candidates are kept neither as sound nor, once they are ranked, as latents. A name means one clip: each is checked
/// against its pair's prompt and, once made, against the scores that the pair has. What does not agree is refused, since
/// training would learn from other sounds than were judged.
/// </remarks>
internal sealed class RemadeClips
{
    /// <summary>How far a score of the same clip may be from the stored one, which is rounded; 0.0004 has been seen between machines.</summary>
    public const double Tolerance = 0.005;

    private const int Batch = 64;

    private RemadeClips(CandidateSet clips, Tensor? sound, int sampleRate) =>
        (Clips, Sound, SampleRate) = (clips, sound?.DetachFromDisposeScope(), sampleRate);

    /// <summary>The clips, each once.</summary>
    public CandidateSet Clips { get; }

    /// <summary>Their waveforms [n, N]; null where no pair has scores and they were not asked for.</summary>
    public Tensor? Sound { get; }

    private int SampleRate { get; }

    /// <summary>Makes the clips, those of one number of steps together.</summary>
    /// <param name="tango">The model that made the candidates.</param>
    /// <param name="scorers">Those that scored them, in the order of the pairs' scores.</param>
    /// <param name="pairs">The pairs, at least one; with scores, by which the clips are known again, or without.</param>
    /// <param name="plan">Theirs.</param>
    /// <param name="scored">Whether every pair must have scores, as one must whose plan is not its maker's word.</param>
    /// <param name="heard">Whether the sound is wanted in any case.</param>
    /// <exception cref="ArgumentException">A pair is of another plan; the message names the clip and tells what to do.</exception>
    public static RemadeClips Generate(
        TextToAudio tango, IReadOnlyList<ClapScorer> scorers, IReadOnlyList<PreferencePair> pairs, CandidatePlan plan,
        bool scored, bool heard)
    {
        if (pairs.Count == 0) throw new ArgumentException("There must be at least one pair.", nameof(pairs));
        foreach (var pair in pairs)
        {
            plan.Check(pair);
            CheckScores(pair, scorers, scored);
        }
        using var scope = NewDisposeScope();
        var clips = CandidateSet.Generate(
            tango, new(pairs.SelectMany(p => new[] { p.Winner, p.Loser }).Select(plan.Named).Distinct()));
        var sound = heard || pairs.Any(p => p.Scores.Count > 0)
            ? Pipelines.Clips.InBatches(clips.Latents, Batch, tango.Decode) : null;
        if (sound is not null) CheckSame(scorers, pairs, clips, sound, tango.SampleRate);
        return new(clips, sound, tango.SampleRate);
    }

    /// <summary>The waveform of a clip.</summary>
    /// <param name="name">As a pair has it.</param>
    /// <exception cref="InvalidOperationException">The sound was not asked for.</exception>
    public Waveform Waveform(string name)
    {
        if (Sound is null) throw new InvalidOperationException("The clips were made without sound: ask for it.");
        using var samples = Sound[Clips.RowsOf([name])[0]];
        return Audio.Waveform.FromTensor(samples, SampleRate);
    }

    private static void CheckScores(PreferencePair pair, IReadOnlyList<ClapScorer> scorers, bool scored)
    {
        if (pair.Scores.Count == scorers.Count || (!scored && pair.Scores.Count == 0)) return;
        var names = string.Join(" and ", scorers.Select(scorer => scorer.Name.ToUpperInvariant()));
        throw new ArgumentException(!scored
            ? $"A pair must have scores of CLAP {names}, or none, but that of '{pair.Prompt}' has {pair.Scores.Count}."
            : $"The pair of '{pair.Prompt}' has {pair.Scores.Count} scores in place of those of CLAP {names}, so its clips "
                + "could not be known again: give the plan that it was made by.");
    }

    private static void CheckSame(
        IReadOnlyList<ClapScorer> scorers, IReadOnlyList<PreferencePair> pairs, CandidateSet clips, Tensor sound,
        int sampleRate)
    {
        var told = pairs.Where(p => p.Scores.Count > 0).SelectMany(p => new[]
        {
            (Clip: p.Winner, p.Prompt, Scores: p.Scores.Select(s => s.Winner).ToArray()),
            (Clip: p.Loser, p.Prompt, Scores: p.Scores.Select(s => s.Loser).ToArray()),
        }).DistinctBy(t => (t.Clip, t.Prompt, string.Join(' ', t.Scores)));
        foreach (var some in told.Chunk(Batch))
        {
            using var scope = NewDisposeScope();
            var heard = sound.Rows(clips.RowsOf(some.Select(t => t.Clip)));
            string[] prompts = [.. some.Select(t => t.Prompt)];
            foreach (var (model, scorer) in scorers.Index())
                foreach (var (clip, now) in some.Zip(scorer.Score(heard, prompts, sampleRate)))
                    if (!(Math.Abs(now - clip.Scores[model]) <= Tolerance))
                        throw new ArgumentException($"The clip '{clip.Clip}' made again scores {Finite.Show(now)} by CLAP "
                            + $"{scorer.Name.ToUpperInvariant()}, but its pair of '{clip.Prompt}' says "
                            + $"{Finite.Show(clip.Scores[model])}: it is another clip of the same name. "
                            + "Give the plan that the pair was made by; leave out scores that are of other models.");
        }
    }
}
