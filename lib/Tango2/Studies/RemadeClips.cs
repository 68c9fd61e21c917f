using Tango2.Preferences;
using Tango2.Tensors;

namespace Tango2.Studies;

/// <summary>The clips of pairs, made again from their plan and known again by their scores: none is another's.</summary>
/// <param name="Names">Of the clips as the pairs have them, each once.</param>
/// <param name="Latents">[n, C, T, F], of clip i.</param>
/// <param name="Sound">[n, N], of clip i; null where no pair has scores and it was not asked for.</param>
internal sealed record RemadeClips(string[] Names, Tensor Latents, Tensor? Sound)
{
    /// <summary>How far a score of the same clip may be from the stored one, which is rounded; 0.0004 has been seen between machines.</summary>
    public const double Tolerance = 0.005;

    private const int Batch = 64;

    /// <summary>Makes the clips.</summary>
    /// <param name="studio">Its base model made the candidates; its CLAP models A and B scored them.</param>
    /// <param name="pairs">The pairs.</param>
    /// <param name="plan">Theirs; null takes that of the studio's folder, which pairs without scores cannot be known to be of.</param>
    /// <param name="heard">Whether the sound is wanted in any case.</param>
    /// <exception cref="ArgumentException">A pair is of another plan; the message names the clip and tells what to do.</exception>
    public static RemadeClips Generate(
        Studio studio, IReadOnlyList<PreferencePair> pairs, IReadOnlyList<PlannedClip>? plan, bool heard)
    {
        var index = new PlanIndex(plan ?? PlannedClips.Of(studio.Models));
        foreach (var pair in pairs)
        {
            index.Check(pair);
            CheckScores(pair, ownPlan: plan is not null);
        }
        using var scope = NewDisposeScope();
        string[] names = [.. pairs.SelectMany(p => new[] { p.Winner, p.Loser }).Distinct()];
        var latents = PlannedLatents.Generate(studio.Base, [.. names.Select(index.Named)]);
        var sound = heard || pairs.Any(p => p.Scores.Count > 0)
            ? cat([.. latents.split(Batch).Select(studio.Base.Decode)]) : null;
        if (sound is not null) CheckSame(studio, pairs, names, sound);
        return new(names, latents.MoveToOuterDisposeScope(), sound?.MoveToOuterDisposeScope());
    }

    private static void CheckScores(PreferencePair pair, bool ownPlan)
    {
        if (pair.Scores.Count == 2 || (ownPlan && pair.Scores.Count == 0)) return;
        throw new ArgumentException(ownPlan
            ? $"A pair must have scores of CLAP A and B, or none, but that of '{pair.Prompt}' has {pair.Scores.Count}."
            : $"The pair of '{pair.Prompt}' has {pair.Scores.Count} scores in place of those of CLAP A and B, so its clips "
                + "could not be known again: give the plan that it was made by.");
    }

    private static void CheckSame(Studio studio, IReadOnlyList<PreferencePair> pairs, string[] names, Tensor sound)
    {
        var told = pairs.Where(p => p.Scores.Count > 0).SelectMany(p => new[]
        {
            (Clip: p.Winner, p.Prompt, A: p.Scores[0].Winner, B: p.Scores[1].Winner),
            (Clip: p.Loser, p.Prompt, A: p.Scores[0].Loser, B: p.Scores[1].Loser),
        }).Distinct();
        foreach (var some in told.Chunk(Batch))
        {
            using var scope = NewDisposeScope();
            var clips = sound.Rows([.. some.Select(t => Array.IndexOf(names, t.Clip))]);
            string[] prompts = [.. some.Select(t => t.Prompt)];
            var (a, b) = (studio.ClapA.Score(clips, prompts), studio.ClapB.Score(clips, prompts));
            foreach (var (i, (clip, prompt, storedA, storedB)) in some.Index())
            {
                CheckSame("A", storedA, a[i]);
                CheckSame("B", storedB, b[i]);

                void CheckSame(string model, double stored, double now)
                {
                    if (!(Math.Abs(now - stored) <= Tolerance))
                        throw new ArgumentException($"The clip '{clip}' made again scores {Finite.Show(now)} by CLAP {model}, "
                            + $"but its pair of '{prompt}' says {Finite.Show(stored)}: it is another clip of the same name. "
                            + "Give the plan that the pair was made by; leave out scores that are of other models.");
                }
            }
        }
    }
}
