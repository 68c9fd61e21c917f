using System.Globalization;
using Tango2.Alignment;
using Tango2.Audio;
using Tango2.Display;
using Tango2.Pipelines;
using Tango2.Preferences;
using Tango2.Tensors;

namespace Tango2.Studies;

/// <summary>All candidate clips of one prompt, with their sound and their cosines to that prompt.</summary>
public sealed class CandidateClips
{
    private readonly int _sampleRate;

    /// <summary>Clips that are there.</summary>
    /// <param name="prompt">What all are judged against.</param>
    /// <param name="plan">n clips.</param>
    /// <param name="sound">[n, N].</param>
    /// <param name="sampleRate">Hz.</param>
    /// <param name="scores">One list of n cosines per CLAP model.</param>
    /// <exception cref="ArgumentException">The numbers do not fit, a score is not finite, or the plan is of another prompt.</exception>
    public CandidateClips(string prompt, CandidatePlan plan, Tensor sound, int sampleRate, params double[][] scores)
    {
        if (sound.shape[0] != plan.Count || scores.Any(s => s.Length != plan.Count))
            throw new ArgumentException(
                $"Each of {plan.Count} planned clips needs sound and scores; there are {sound.shape[0]} sounds and "
                + $"{string.Join(", ", scores.Select(s => s.Length))} scores.");
        CheckPlan(prompt, plan);
        foreach (var (model, cosines) in scores.Index()) Finite.Check(cosines, $"The scores of model {model}", "clip");
        (Prompt, Sound, _sampleRate) = (prompt, sound.DetachFromDisposeScope(), sampleRate);
        Scored = [.. plan.Select((clip, i) => (clip, new ScoredClip(clip.Id, [.. scores.Select(s => s[i])])))];
    }

    /// <summary>What all clips are judged against.</summary>
    public string Prompt { get; }

    /// <summary>[n, N], in [−1, 1].</summary>
    public Tensor Sound { get; }

    /// <summary>The clips in the plan's order.</summary>
    internal IReadOnlyList<(PlannedClip Clip, ScoredClip Scored)> Scored { get; }

    /// <summary>Generates a plan of one prompt and scores it.</summary>
    /// <param name="tango">The model before alignment.</param>
    /// <param name="scorers">The filter's models.</param>
    /// <param name="prompt">What all are judged against.</param>
    /// <param name="plan">Its clips.</param>
    public static CandidateClips Generate(
        TextToAudio tango, IReadOnlyList<ClapScorer> scorers, string prompt, CandidatePlan plan)
    {
        CheckPlan(prompt, plan);
        using var scope = NewDisposeScope();
        using var clips = CandidateSet.Generate(tango, plan);
        var sound = tango.Decode(clips.Latents);
        string[] prompts = [.. plan.Select(_ => prompt)];
        return new(prompt, plan, sound, tango.SampleRate,
            [.. scorers.Select(scorer => scorer.Score(sound, prompts, tango.SampleRate))]);
    }

    /// <summary>Mean cosine by one model of each role that there are clips of; samples and perturbed ones are taken together.</summary>
    /// <param name="model">Index of the CLAP model.</param>
    /// <returns>"original", "steps-5", …, "sample", "perturbed", "reordered", in the plan's order, as bars take them.</returns>
    public (string Role, double Mean)[] MeanByRole(int model = 0) =>
    [
        .. Scored.GroupBy(c => c.Clip.Role.StartsWith("steps-", StringComparison.Ordinal)
                ? c.Clip.Role : c.Clip.Role.Split('-')[0])
            .Select(role => (role.Key, role.Average(c => c.Scored.Scores[model]))),
    ];

    /// <summary>The cosines by one model, in the plan's order.</summary>
    public double[] Scores(int model) => [.. Scored.Select(c => c.Scored.Scores[model])];

    /// <summary>The ids from best to worst by one model.</summary>
    public IReadOnlyList<string> Ranked(int model = 0) =>
        [.. Scored.OrderByDescending(c => c.Scored.Scores[model]).Select(c => c.Clip.Id)];

    /// <summary>The candidate pairs of these clips, ranked by one model.</summary>
    public IReadOnlyList<PreferencePair> Pairs(int model = 0) => CandidatePairs.Of(Scored, model);

    /// <summary>Players of named clips, each with its role, its cosines and its text.</summary>
    /// <param name="ids">As the plan names them.</param>
    /// <exception cref="ArgumentException">There is no clip of that name; the message lists those there are.</exception>
    public Row Hear(params IEnumerable<string> ids) => new([.. ids.Select(id =>
    {
        var row = Scored.Index().Where(c => c.Item.Clip.Id == id).Select(c => c.Index).DefaultIfEmpty(-1).First();
        if (row < 0)
            throw new ArgumentException(
                $"There is no clip '{id}'; there are {string.Join(", ", Scored.Select(c => c.Clip.Id))}.");
        var (clip, scored) = Scored[row];
        var scores = string.Join(" / ", scored.Scores.Select(s => s.ToString("f2", CultureInfo.InvariantCulture)));
        using var samples = Sound[row];
        return ($"{clip.Role}, {scores}: {clip.Text}",
            (object)new AudioPlayer(Waveform.FromTensor(samples, _sampleRate)));
    })]);

    /// <summary>Every clip with role, text, steps and its cosine by each model.</summary>
    public Table Table()
    {
        var models = Scored[0].Scored.Scores.Count;
        var table = new Table(
            $"Candidates of \"{Prompt}\"",
            ["role", "made from", "steps", .. Enumerable.Range(0, models).Select(m => $"CLAP {(char)('A' + m)}")]);
        foreach (var (clip, scored) in Scored)
            table.Add([clip.Role, clip.Text, clip.Steps, .. scored.Scores.Cast<object>()]);
        return table;
    }

    // All clips are scored against one prompt, so they must be planned for it.
    private static void CheckPlan(string prompt, CandidatePlan plan)
    {
        foreach (var clip in plan)
        {
            if ((clip.Number, clip.Prompt) != (plan[0].Number, plan[0].Prompt))
                throw new ArgumentException($"The plan must be of one prompt, but '{clip.Id}' and '{plan[0].Id}' are of two.");
            if (clip.Prompt != prompt)
                throw new ArgumentException($"The plan is of the prompt '{clip.Prompt}', but the clips are for '{prompt}'.");
        }
    }
}
