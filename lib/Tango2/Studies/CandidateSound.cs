using Tango2.Audio;
using Tango2.Pipelines;

namespace Tango2.Studies;

/// <summary>Candidate clips are not kept as sound: these are made again from text, steps and seed.</summary>
public static class CandidateSound
{
    /// <summary>The waveforms of named clips, made in one batch for each number of steps.</summary>
    /// <param name="studio">Its base model made the candidates.</param>
    /// <param name="clips">Names as pairs have them; a name that comes twice is made once.</param>
    /// <returns>Waveforms at 16 kHz by those names.</returns>
    public static IReadOnlyDictionary<string, Waveform> Generate(Studio studio, IEnumerable<string> clips)
    {
        ArgumentNullException.ThrowIfNull(studio);
        string[] names = [.. clips.Distinct()];
        if (names.Length == 0) return new Dictionary<string, Waveform>();
        using var scope = NewDisposeScope();
        var sound = studio.Base.Decode(PlannedLatents.Generate(studio.Base, PlannedClips.Named(studio.Models, names)));
        return names.Select((name, i) => (name, Waveform.FromTensor(sound[i], ModelStore.Mel.SampleRate)))
            .ToDictionary(clip => clip.name, clip => clip.Item2);
    }
}
