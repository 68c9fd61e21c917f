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
    /// <exception cref="ArgumentException">There is not one clip for each prompt, or a clip is not finite.</exception>
    public Evaluation Measure(string name, Tensor waveforms, EvaluationSet set)
    {
        Clips.CheckCount(waveforms, set.Clips.Count, "prompts");
        using var scope = NewDisposeScope();
        waveforms = waveforms.narrow(1, 0, Math.Min(waveforms.shape[1], ModelStore.Mel.ClipSamples));
        var real = _tagger.Features(Corpus.Waveforms(set.Clips));
        var made = _tagger.Features(waveforms);
        var scores = new Dictionary<string, Score>
        {
            ["clap"] = Score.Mean(_clap.Score(waveforms, set.Prompts)),
            ["clapIndependent"] = Score.Mean(_judge.Score(waveforms, set.Prompts)),
            ["kl"] = KullbackLeibler.Softmax(made.Logits, real.Logits),
        };
        foreach (var (key, score) in TemporalTruth.Scores(TemporalTruth.Grounded(_grounder, waveforms, set), set))
            scores[key] = score;
        foreach (var (key, score) in TemporalTruth.Scores(TemporalTruth.Detected(_detector, waveforms, set), set))
            scores["truth." + key] = score;
        var fad = FrechetDistance.Between(made.Embeddings, real.Embeddings);
        var inception = InceptionScore.OfShuffles(made.Logits, SetBootstrap.Splits(made.Logits.shape[0]));
        return new(name, scores, fad, inception, new(
            made.Embeddings.MoveToOuterDisposeScope(), made.Logits.MoveToOuterDisposeScope(),
            real.Embeddings.MoveToOuterDisposeScope()), waveforms.MoveToOuterDisposeScope());
    }

    /// <summary>after − before for every metric, with 95 % intervals of a bootstrap over prompts.</summary>
    /// <param name="before">One model.</param>
    /// <param name="after">The other, on the same prompts and seeds.</param>
    /// <param name="seed">Of the draws.</param>
    /// <param name="resamples">Draws for fad and is, which each draw computes anew; the others take 2,000.</param>
    /// <returns>NaN for a metric that no prompt counts for, such as oer without a sequence among the prompts.</returns>
    /// <exception cref="ArgumentException">The two are not of the same metrics and prompts; the message tells the difference.</exception>
    public static IReadOnlyDictionary<string, Interval> Compare(
        Evaluation before, Evaluation after, long seed, int resamples = 100)
    {
        CheckPaired(before, after);
        var changes = before.Scores.ToDictionary(s => s.Key, s => s.Value.Counts.Sum() == 0
            ? new Interval(double.NaN, double.NaN, double.NaN)
            : Bootstrap.Difference(s.Value, after.Scores[s.Key], seed));
        changes["fad"] = EvaluationBootstrap.Fad(before.Features, after.Features, seed, resamples);
        changes["is"] = EvaluationBootstrap.Inception(before.Features, after.Features, seed, resamples);
        return changes;
    }

    private static void CheckPaired(Evaluation before, Evaluation after)
    {
        TaggerFeatures.CheckPaired(before.Features, after.Features);
        foreach (var (metric, score) in before.Scores)
        {
            if (!after.Scores.TryGetValue(metric, out var other))
                throw new ArgumentException($"Both models need the metric '{metric}', but '{after.Model}' lacks it.");
            if (score.Counts.Count != other.Counts.Count)
                throw new ArgumentException($"Both models need the same prompts, but {metric} counts "
                    + $"{score.Counts.Count} of '{before.Model}' and {other.Counts.Count} of '{after.Model}'.");
        }
        var (real, realAfter) = (before.Features.Real, after.Features.Real);
        if (!real.allclose(realAfter, rtol: 1e-3, atol: 1e-3))
            throw new ArgumentException($"Both models need the same prompts in the same order, but the real clips "
                + $"of '{before.Model}' are not those of '{after.Model}'.");
    }
}
