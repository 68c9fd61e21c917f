using Tango2.Checkpoints;
using Tango2.Models;
using Tango2.Pipelines;
using Tango2.Preferences;
using Tango2.Training;

namespace Tango2.Lab;

/// <summary>Ranks and filters the candidates with both CLAP models, then aligns the base model by diffusion-DPO.</summary>
public static class AlignStage
{
    private const string ManifestFile = "candidates.jsonl";

    /// <summary>Ranking: writes every candidate pair with its scores to candidates.jsonl.</summary>
    public static LabStage Ranking { get; } =
        new("ranking", "CLAP scores of all candidate pairs", Rank, TestRanking)
        {
            Needs = [LabProduct.Candidates, .. LabProduct.Generating, .. LabProduct.Filtering],
            Makes = [LabProduct.Scores],
            TestNeeds = [LabProduct.Candidates, .. LabProduct.Generating, LabProduct.Weights("detector")],
        };

    /// <summary>Alignment: trains unet-aligned on the pairs that the filter keeps.</summary>
    public static LabStage Alignment { get; } =
        new("unet-aligned", "diffusion-DPO on the kept pairs", Align, Test)
        {
            Needs = [LabProduct.Scores, LabProduct.Candidates, .. LabProduct.Generating],
            Makes = [LabProduct.Weights("unet-aligned")],
            TestNeeds = [.. LabProduct.Generating, .. LabProduct.Evaluating],
        };

    /// <summary>The mini scale's thresholds, chosen on validation prompts: see <see cref="ThresholdStage"/>.</summary>
    public static IReadOnlyList<ClapThresholds> Thresholds { get; } =
    [
        new("clap-a", Alpha: 0.5, Beta: -0.2, DeltaMin: 0.02, DeltaMax: 0.9),
        new("clap-b", Alpha: 0.5, Beta: -0.2, DeltaMin: 0.02, DeltaMax: 0.9),
    ];

    /// <summary>The filter at these thresholds.</summary>
    public static ClapFilter Filter => new(Thresholds);

    /// <summary>The settings of the shipped alignment.</summary>
    public static PreferenceOptions Options { get; } = new();

    /// <summary>The candidate pairs that the ranking stage scored.</summary>
    public static IReadOnlyList<PreferencePair> Candidates(ModelStore models) =>
        PreferenceManifest.Read(models.PathOf(ManifestFile), checkFiles: false);

    /// <summary>Pairs made ready for training.</summary>
    /// <param name="options">Where the candidates' latents lie.</param>
    /// <param name="kept">The pairs to train on.</param>
    /// <param name="pipeline">Encodes the prompts.</param>
    /// <exception cref="ArgumentException">There is no pair, or one is of other candidates; the message names its clip.</exception>
    public static PreferenceSet Pairs(LabOptions options, IReadOnlyList<PreferencePair> kept, TextToAudio pipeline)
    {
        if (kept.Count == 0)
            throw new ArgumentException("The filter keeps no pair: loosen its thresholds or generate more candidates.");
        PairCheck.Check(kept);
        var plan = CandidateStage.Plan(options);
        var named = new PlanIndex(plan);
        foreach (var pair in kept) named.Check(pair);
        using var scope = NewDisposeScope();
        var latents = CandidateStage.Latents(options);
        var rows = plan.Select((clip, i) => (clip.Id, i)).ToDictionary(p => p.Id, p => (long)p.i);
        string[] prompts = [.. kept.Select(p => p.Prompt).Distinct()];
        var index = prompts.Select((p, i) => (p, i)).ToDictionary(p => p.p, p => (long)p.i);
        var states = pipeline.Encode(prompts);
        return new(
            latents.index_select(0, tensor([.. kept.Select(p => rows[p.Winner])])),
            latents.index_select(0, tensor([.. kept.Select(p => rows[p.Loser])])),
            states.EncoderHiddenStates, states.EncoderAttentionMask, [.. kept.Select(p => index[p.Prompt])]);
    }

    /// <summary>Aligns a fresh copy of the base U-Net; the caller owns <paramref name="policy"/>.</summary>
    /// <param name="models">Holds the base.</param>
    /// <param name="pairs">The data.</param>
    /// <param name="settings">β, learning rate, epochs.</param>
    /// <param name="policy">The network, which is trained in place as its reports are read.</param>
    /// <param name="statePath">
    /// Where the run is kept, to go on from with the same settings, pairs and base; null keeps nothing.
    /// </param>
    /// <exception cref="ArgumentException">A setting is out of its range, or there is no pair.</exception>
    /// <exception cref="InvalidDataException">The state belongs to another run; the message says what differs.</exception>
    public static IEnumerable<StepReport> Train(
        ModelStore models, PreferenceSet pairs, PreferenceOptions settings, out UNet2DConditionModel policy,
        string? statePath = null)
    {
        settings.Validate();
        var (trained, reference) = (models.UNet("base"), models.UNet("base"));
        foreach (var parameter in trained.parameters()) parameter.requires_grad = true;
        policy = trained;
        return PreferenceTraining.Run(trained, trained.call, reference.call, pairs, settings, statePath);
    }

    private static IEnumerable<StepReport> Rank(LabOptions options)
    {
        var plan = CandidateStage.Plan(options);
        var prompts = CandidateStage.PromptClips(options);
        using var latents = CandidateStage.Latents(options);
        var pipeline = new TextToAudio(options.Models);
        ClapScorer[] models = [new(options.Models, "a"), new(options.Models, "b")];
        var scored = new List<(PlannedClip Clip, ScoredClip Scored)>();
        for (var first = 0; first < plan.Count; first += 64)
        {
            using var scope = NewDisposeScope();
            PlannedClip[] clips = [.. plan.Skip(first).Take(64)];
            var sound = pipeline.Decode(latents.narrow(0, first, clips.Length));
            string[] texts = [.. clips.Select(c => prompts[c.Prompt].Caption)];
            var scores = models.Select(m => m.Score(sound, texts)).ToArray();
            scored.AddRange(clips.Select((c, i) =>
                (c, new ScoredClip(c.Id, [.. scores.Select(s => Math.Round(s[i], 4))]))));
            yield return new(scored.Count, plan.Count, 0, 0, 0, new Dictionary<string, double>());
        }
        PreferenceManifest.Write(options.Models.PathOf(ManifestFile), scored.GroupBy(s => s.Clip.Prompt)
            .SelectMany(g => CandidatePlan.Pairs(prompts[g.Key].Caption, [.. g])));
    }

    private static IEnumerable<StepReport> Align(LabOptions options)
    {
        var pipeline = new TextToAudio(options.Models);
        using var pairs = Pairs(options, Filter.Keep(Candidates(options.Models)), pipeline);
        var settings = Options with { Seed = options.Seed };
        foreach (var report in Train(
            options.Models, pairs, settings, out var policy, options.StatePath("unet-aligned")))
        {
            yield return report;
            if (report.Step == report.Steps)
                StateDict.Save(options.Models.PathOf("unet-aligned.safetensors"), policy, half: true);
        }
    }

    private static Dictionary<string, double> TestRanking(LabOptions options)
    {
        var kept = Filter.Keep(Candidates(options.Models));
        return Counts(kept).Concat(PairTruth.Shares(options, kept)).ToDictionary();
    }

    private static Dictionary<string, double> Counts(IReadOnlyList<PreferencePair> kept) =>
        PairSummary.Table(kept).ToDictionary(row => $"pairs kept, strategy {row.Label}", row => (double)row.Pairs);

    private static Dictionary<string, double> Test(LabOptions options)
    {
        var evaluation = new Evaluator(options.Models);
        var prompts = EvaluationSet.Validation(options.Seed, options.Scaled(128, 8));
        var (before, after) = (evaluation.Run("base", prompts), evaluation.Run("aligned", prompts));
        return Evaluator.Compare(before, after, options.Seed)
            .ToDictionary(m => $"validation change of {m.Key}", m => m.Value.Estimate);
    }
}
