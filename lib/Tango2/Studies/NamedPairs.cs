using Tango2.Preferences;
using Tango2.Training;

namespace Tango2.Studies;

/// <summary>Makes pairs ready for training by generating their clips again.</summary>
public static class NamedPairs
{
    /// <summary>The pairs' latents and prompts; a clip that is in several pairs is made once.</summary>
    /// <param name="studio">Its base model made the candidates.</param>
    /// <param name="pairs">Pairs whose clips the plan names; at least one.</param>
    public static PreferenceSet Generate(Studio studio, IReadOnlyList<PreferencePair> pairs)
    {
        ArgumentNullException.ThrowIfNull(studio);
        if (pairs.Count == 0) throw new ArgumentException("There must be at least one pair.", nameof(pairs));
        PairCheck.Check(pairs);
        using var scope = NewDisposeScope();
        string[] names = [.. pairs.SelectMany(p => new[] { p.Chosen, p.Rejected }).Distinct()];
        string[] prompts = [.. pairs.Select(p => p.Prompt).Distinct()];
        var latents = PlannedLatents.Generate(studio.Base, PlannedClips.Named(studio.Models, names));
        Tensor Rows(Func<PreferencePair, string> clip) =>
            latents.index_select(0, tensor([.. pairs.Select(p => (long)Array.IndexOf(names, clip(p)))]));
        var states = studio.Base.Encode(prompts);
        return new(
            Rows(p => p.Chosen), Rows(p => p.Rejected), states.EncoderHiddenStates, states.EncoderAttentionMask,
            [.. pairs.Select(p => (long)Array.IndexOf(prompts, p.Prompt))]);
    }
}
