using Tango2.Pipelines;
using Tango2.Preferences;

namespace Tango2.Lab;

/// <summary>Whether the winners that CLAP chose are the better clips by the truth.</summary>
public static class PairTruth
{
    /// <summary>By strategy, the shares of pairs whose winner, or whose loser, keeps closer to the prompt.</summary>
    /// <param name="options">Where the candidates' latents lie.</param>
    /// <param name="pairs">Of those candidates.</param>
    /// <exception cref="ArgumentException">A pair is of other candidates; the message names the clip.</exception>
    public static Dictionary<string, double> Shares(LabOptions options, IReadOnlyList<PreferencePair> pairs)
    {
        var index = new PlanIndex(CandidateStage.Plan(options));
        foreach (var pair in pairs) index.Check(pair);
        var truth = Fidelity(options);
        double Share(IEnumerable<PreferencePair> some, int sign) =>
            some.Average(p => Math.Sign(truth[p.Winner] - truth[p.Loser]) == sign ? 1.0 : 0.0);
        return pairs.GroupBy(p => p.Strategy).OrderBy(g => g.Key).SelectMany(g => new[]
        {
            KeyValuePair.Create($"winner truly better (share), strategy {g.Key.Label()}", Share(g, 1)),
            KeyValuePair.Create($"loser truly better (share), strategy {g.Key.Label()}", Share(g, -1)),
        }).ToDictionary();
    }

    /// <summary>The score of each candidate by its id.</summary>
    private static Dictionary<string, double> Fidelity(LabOptions options)
    {
        var (plan, prompts) = (CandidateStage.Plan(options), CandidateStage.PromptClips(options));
        var (pipeline, detector) = (new TextToAudio(options.Models), new SceneDetector(options.Models));
        using var latents = CandidateStage.Latents(options);
        var truth = new Dictionary<string, double>();
        for (var first = 0; first < plan.Count; first += 64)
        {
            using var scope = NewDisposeScope();
            PlannedClip[] clips = [.. plan.Skip(first).Take(64)];
            var heard = detector.Regions(pipeline.Decode(latents.narrow(0, first, clips.Length)));
            for (var i = 0; i < clips.Length; i++)
                truth[clips[i].Id] = PromptFidelity.Score(prompts[clips[i].Prompt].Scene, heard[i]);
        }
        return truth;
    }
}
