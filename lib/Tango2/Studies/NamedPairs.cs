using Tango2.Preferences;
using Tango2.Training;

namespace Tango2.Studies;

/// <summary>Makes pairs ready for training by generating their clips again.</summary>
/// <remarks>
/// A name means one clip: each is checked against its pair's prompt and, once made, against the scores that the pair has
/// of CLAP A and B. What does not agree is refused, since training would learn from other sounds than were judged.
/// </remarks>
public static class NamedPairs
{
    /// <summary>The latents and prompts of pairs of the folder's own candidates; a clip in several pairs is made once.</summary>
    /// <param name="studio">Its base model made the candidates.</param>
    /// <param name="pairs">Pairs with scores whose clips the plan of the studio's folder names; at least one.</param>
    /// <exception cref="ArgumentException">A pair is not of these candidates; the message names its clip and tells what to do.</exception>
    public static PreferenceSet Generate(Studio studio, IReadOnlyList<PreferencePair> pairs) => Of(studio, pairs, null);

    /// <summary>The same of pairs that were made by a plan of one's own.</summary>
    /// <param name="studio">Its base model makes the clips.</param>
    /// <param name="pairs">Pairs whose clips the plan names, with scores or without; at least one.</param>
    /// <param name="plan">As <see cref="CandidatePlan.For"/> makes it, of one prompt or of many.</param>
    /// <exception cref="ArgumentException">A pair is not of this plan; the message names its clip and tells what to do.</exception>
    public static PreferenceSet Generate(
        Studio studio, IReadOnlyList<PreferencePair> pairs, IReadOnlyList<PlannedClip> plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return Of(studio, pairs, plan);
    }

    private static PreferenceSet Of(Studio studio, IReadOnlyList<PreferencePair> pairs, IReadOnlyList<PlannedClip>? plan)
    {
        ArgumentNullException.ThrowIfNull(studio);
        if (pairs.Count == 0) throw new ArgumentException("There must be at least one pair.", nameof(pairs));
        PairCheck.Check(pairs.Select(p => p with // as the plan names them, whatever the folder
        {
            Winner = Path.GetFileName(p.Winner),
            Loser = Path.GetFileName(p.Loser),
        }));
        using var scope = NewDisposeScope();
        var clips = RemadeClips.Generate(studio, pairs, plan, heard: false);
        string[] prompts = [.. pairs.Select(p => p.Prompt).Distinct()];
        Tensor Rows(Func<PreferencePair, string> clip) => clips.Latents.index_select(
            0, tensor([.. pairs.Select(p => (long)Array.IndexOf(clips.Names, clip(p)))]));
        var states = studio.Base.Encode(prompts);
        return new(
            Rows(p => p.Winner), Rows(p => p.Loser), states.EncoderHiddenStates, states.EncoderAttentionMask,
            [.. pairs.Select(p => (long)Array.IndexOf(prompts, p.Prompt))]);
    }
}
