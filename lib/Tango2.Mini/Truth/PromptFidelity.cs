using Tango2.Metrics;
using Tango2.Mini.Foley;
using Tango2.Pipelines;

namespace Tango2.Mini.Truth;

/// <summary>What a listener with perfect ears would say: are the asked sounds there, and in the asked order?</summary>
public static class PromptFidelity
{
    /// <summary>Shares of clips, by the detector: single sounds found, all sounds found, sequences in order.</summary>
    /// <param name="detector">The arbiter.</param>
    /// <param name="sound">[B, N].</param>
    /// <param name="scenes">What clip i should hold.</param>
    /// <returns>NaN for a share of none, such as that of sequences without one among the scenes.</returns>
    /// <exception cref="ArgumentException">There is not one scene for each clip, or a clip is not finite.</exception>
    public static Dictionary<string, double> Measure(
        SceneDetector detector, Tensor sound, IReadOnlyList<Scene> scenes)
    {
        Clips.CheckCount(sound, scenes.Count, "scenes");
        var found = detector.Regions(sound);
        double Share(Func<Scene, bool> which, Func<int, Scene, bool> right)
        {
            var all = scenes.Select((scene, i) => (scene, i)).Where(s => which(s.scene)).ToArray();
            return all.Length == 0 ? double.NaN : all.Count(s => right(s.i, s.scene)) / (double)all.Length;
        }
        bool Present(int clip, Scene scene) => Array.TrueForAll(Onsets(scene, found[clip]), double.IsFinite);
        bool Ordered(int clip, Scene scene) => Fidelity.InOrder(Onsets(scene, found[clip]));
        static bool Pair(Scene s) => s.Structure == SceneStructure.Sequence && s.Events.Count == 2;
        static bool Longer(Scene s) => s.Structure == SceneStructure.Sequence && s.Events.Count > 2;
        return new()
        {
            ["single sounds present"] = Share(s => s.Events.Count == 1, Present),
            ["pairs: both present"] = Share(Pair, Present),
            ["pairs: order right of those present"] =
                Share(Pair, Ordered) / Math.Max(1e-9, Share(Pair, Present)),
            ["longer: all present"] = Share(Longer, Present),
            ["longer: all present and in order"] = Share(Longer, Ordered),
            ["together: all present"] = Share(s => s.Structure is SceneStructure.While or SceneStructure.Background, Present),
        };
    }

    /// <summary>How much of a scene is heard: the share of its sounds, and 1 more for a sequence in its order.</summary>
    internal static double Score(Scene scene, IReadOnlyList<IReadOnlyList<EventRegion>> heard)
    {
        var onsets = Onsets(scene, heard);
        return onsets.Average(o => double.IsFinite(o) ? 1.0 : 0.0)
            + (scene.Structure == SceneStructure.Sequence && Fidelity.InOrder(onsets) ? 1 : 0);
    }

    /// <summary>The score of a clip that holds all that the scene asks for.</summary>
    internal static double Best(Scene scene) => scene.Structure == SceneStructure.Sequence ? 2 : 1;

    /// <summary>When each of the scene's sounds is first heard, in seconds; NaN for one that is not.</summary>
    internal static double[] Onsets(Scene scene, IReadOnlyList<IReadOnlyList<EventRegion>> heard) =>
        Onsets([.. scene.Events.Select(placed => placed.Event)], heard);

    /// <summary>When each of some sounds is first heard, in seconds; NaN for one that is not.</summary>
    internal static double[] Onsets(IReadOnlyList<SoundEvent> sounds, IReadOnlyList<IReadOnlyList<EventRegion>> heard) =>
        [.. sounds.Select(sound => heard[sound.Index] is [var region, ..] ? region.Onset : double.NaN)];
}
