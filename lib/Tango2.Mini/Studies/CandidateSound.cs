using Tango2.Audio;
using Tango2.Pipelines;
using Tango2.Preferences;

namespace Tango2.Studies;

/// <summary>Candidate clips are not kept as sound: these are made again from text, steps and seed.</summary>
public static class CandidateSound
{
    /// <summary>The waveforms of the pairs' clips, made in one batch for each number of steps, each clip once.</summary>
    /// <param name="studio">Its base model made the candidates.</param>
    /// <param name="pairs">Pairs with scores, by which the clips are known again.</param>
    /// <param name="plan">What the pairs were made by; null takes the plan of the studio's folder.</param>
    /// <returns>Waveforms at 16 kHz by the names that the pairs have for them.</returns>
    /// <exception cref="ArgumentException">A pair is of another plan; the message names its clip and tells what to do.</exception>
    public static IReadOnlyDictionary<string, Waveform> Generate(
        Studio studio, IEnumerable<PreferencePair> pairs, IReadOnlyList<PlannedClip>? plan = null)
    {
        ArgumentNullException.ThrowIfNull(studio);
        PreferencePair[] all = [.. pairs];
        if (all.Length == 0) return new Dictionary<string, Waveform>();
        using var scope = NewDisposeScope();
        var clips = RemadeClips.Generate(studio, all, plan, heard: true);
        return clips.Names.Index().ToDictionary(
            clip => clip.Item, clip => Waveform.FromTensor(clips.Sound![clip.Index], ModelStore.Mel.SampleRate));
    }
}
