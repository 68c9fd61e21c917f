using Tango2.Alignment;
using Tango2.Mini.Foley;
using Tango2.Pipelines;
using Tango2.Preferences;

namespace Tango2.Mini.Truth;

/// <summary>Whether the winners that CLAP chose are the better clips by the truth.</summary>
internal static class PairTruth
{
    /// <summary>By strategy, the shares of pairs whose winner, or whose loser, keeps closer to the prompt.</summary>
    /// <param name="clips">The candidates.</param>
    /// <param name="prompts">What each prompt's number stands for.</param>
    /// <param name="tango">Whose candidates they are.</param>
    /// <param name="detector">Knows the truth.</param>
    /// <param name="pairs">Of those candidates.</param>
    /// <exception cref="ArgumentException">A pair is of other candidates; the message names the clip.</exception>
    public static Dictionary<string, double> Shares(
        CandidateSet clips, IReadOnlyList<FoleyClip> prompts, TextToAudio tango, SceneDetector detector,
        IReadOnlyList<PreferencePair> pairs)
    {
        foreach (var pair in pairs) clips.Plan.Check(pair);
        var truth = new Dictionary<string, double>();
        foreach (var (part, sound) in clips.Sounds(tango))
            foreach (var (clip, heard) in part.Zip(detector.Regions(sound)))
                truth[clip.Id] = PromptFidelity.Score(prompts[clip.Number].Scene, heard);
        double Share(IEnumerable<PreferencePair> some, int sign) =>
            some.Average(p => Math.Sign(truth[p.Winner] - truth[p.Loser]) == sign ? 1.0 : 0.0);
        return pairs.GroupBy(p => p.Strategy).OrderBy(g => g.Key).SelectMany(g => new[]
        {
            KeyValuePair.Create($"winner truly better (share), strategy {g.Key.Label()}", Share(g, 1)),
            KeyValuePair.Create($"loser truly better (share), strategy {g.Key.Label()}", Share(g, -1)),
        }).ToDictionary();
    }
}
