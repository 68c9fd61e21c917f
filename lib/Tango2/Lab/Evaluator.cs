using Tango2.Foley;
using Tango2.Metrics;
using Tango2.Pipelines;

namespace Tango2.Lab;

/// <summary>Measures a model as the paper does (section 5), and beside it what only the mini world can: the truth.</summary>
/// <param name="models">The weights.</param>
public sealed class Evaluator(ModelStore models)
{
    private readonly ClapScorer _clap = new(models, "a"), _judge = new(models, "judge");
    private readonly Tagger _tagger = new(models);
    private readonly EventGrounder _grounder = new(models);
    private readonly SceneDetector _detector = new(models);

    /// <summary>Generates with a model and measures.</summary>
    /// <param name="model">"base" or "aligned".</param>
    /// <param name="set">Prompts and seeds.</param>
    /// <param name="options">Steps, guidance and sampler.</param>
    /// <param name="progress">Told the clips done and their number.</param>
    public Evaluation Run(
        string model, EvaluationSet set, GenerationOptions? options = null, Action<int, int>? progress = null) =>
        Measure(model, new TextToAudio(models, model).Generate(set.Prompts, set.Seeds, options, progress), set);

    /// <summary>Measures clips that are there.</summary>
    /// <param name="name">What to call them.</param>
    /// <param name="waveforms">[B, N], one for each prompt.</param>
    /// <param name="set">The prompts.</param>
    public Evaluation Measure(string name, Tensor waveforms, EvaluationSet set)
    {
        using var scope = NewDisposeScope();
        waveforms = waveforms.narrow(1, 0, Math.Min(waveforms.shape[1], ModelStore.Mel.ClipSamples));
        var reference = _tagger.Features(Corpus.Waveforms(set.Clips));
        var made = _tagger.Features(waveforms);
        var scores = new Dictionary<string, Score>
        {
            ["clap"] = Score.Mean(_clap.Score(waveforms, set.Prompts)),
            ["clapIndependent"] = Score.Mean(_judge.Score(waveforms, set.Prompts)),
            ["kl"] = KullbackLeibler.Softmax(made.Logits, reference.Logits),
        };
        var queries = set.Clips.Select(c => c.Scene.Events.Select(e => GroundingStage.Queries(e.Event)[0]).ToArray());
        AddTemporal(scores, "", set, _grounder.Regions(waveforms, [.. queries]));
        var heard = _detector.Regions(waveforms);
        AddTemporal(scores, "truth.", set, [.. set.Clips.Select((c, i) =>
            c.Scene.Events.Select(e => heard[i][e.Event.Index]).ToArray())]);
        return new(name, scores, FrechetDistance.Between(made.Embeddings, reference.Embeddings),
            InceptionScore.Of(made.Logits).Mean, waveforms.MoveToOuterDisposeScope());
    }

    /// <summary>after − before for every metric, with 95 % intervals where there is a value per prompt.</summary>
    public static IReadOnlyDictionary<string, Interval> Compare(Evaluation before, Evaluation after, long seed)
    {
        var changes = before.Scores.ToDictionary(
            s => s.Key, s => Bootstrap.Difference(s.Value, after.Scores[s.Key], seed));
        var (fad, inception) = (after.Fad - before.Fad, after.InceptionScore - before.InceptionScore);
        changes["fad"] = new(fad, double.NaN, double.NaN);
        changes["is"] = new(inception, double.NaN, double.NaN);
        return changes;
    }

    /// <summary>The four STEAM measures; OER on the prompts of two sounds in sequence, the others on all.</summary>
    private static void AddTemporal(
        Dictionary<string, Score> scores, string prefix, EvaluationSet set,
        IReadOnlyList<IReadOnlyList<EventRegion>>[] found)
    {
        var all = set.Clips.Select((clip, i) => new TemporalCaption(i.ToString(), [.. clip.Scene.Events.Select((e, k) =>
            new TemporalEvent(
                e.Event.Key, [.. e.Repetitions.Select(r => new EventRegion(r.Onset, r.Offset))], found[i][k]))])).ToArray();
        var pairs = all.Zip(set.Clips).Where(p => p.Second.Scene is { Structure: SceneStructure.Sequence, Events.Count: 2 });
        scores[prefix + "oer"] = OrderErrorRate.Of([.. pairs.Select(p => p.First)]);
        scores[prefix + "dur"] = DurationError.Of(all);
        scores[prefix + "freq"] = FrequencyError.Of(all);
        scores[prefix + "time"] = TimestampF1.Of(all);
    }
}
