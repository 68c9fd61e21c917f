using Tango2.Metrics;
using Tango2.Pipelines;

namespace Tango2.Evaluation;

/// <summary>Measures a model as the paper does (section 5), at any scale.</summary>
/// <param name="clap">The CLAP model of the metric.</param>
/// <param name="judge">One that has no part in making the data.</param>
/// <param name="tagger">Its features are what FAD, KL and IS are computed on.</param>
/// <param name="grounder">STEAM's listener, which measures where the protocol tells what is wanted.</param>
/// <param name="detector">A listener that knows the truth, where there is one; at the protocol's rate.</param>
public sealed class Evaluator(
    ClapScorer clap, ClapScorer judge, Tagger tagger, EventGrounder grounder, Listener? detector = null)
{
    /// <summary>Generates with a model and measures.</summary>
    /// <param name="name">What to call it.</param>
    /// <param name="tango">The model.</param>
    /// <param name="protocol">Prompts and seeds.</param>
    /// <param name="options">Steps, guidance and sampler; null takes the model's own.</param>
    /// <param name="progress">Told the clips done and their number.</param>
    public EvaluationResult Run(
        string name, TextToAudio tango, Protocol protocol, GenerationOptions? options = null,
        Action<int, int>? progress = null)
    {
        using var scope = NewDisposeScope();
        return Kept(Measure(name, protocol.Generate(tango, options, progress), protocol));
    }

    /// <summary>Measures clips that are there.</summary>
    /// <param name="name">What to call them.</param>
    /// <param name="waveforms">[B, N] at the protocol's rate, one for each prompt; of longer ones the beginning counts.</param>
    /// <param name="protocol">The prompts.</param>
    /// <exception cref="ArgumentException">There is not one clip for each prompt, or a clip is not finite.</exception>
    public EvaluationResult Measure(string name, Tensor waveforms, Protocol protocol)
    {
        Clips.CheckCount(waveforms, protocol.Prompts.Count, "prompts");
        using var scope = NewDisposeScope();
        var world = protocol.Real();
        waveforms = waveforms.narrow(1, 0, Math.Min(waveforms.shape[1], world.shape[1]));
        var rate = protocol.SampleRate;
        var real = tagger.Features(world, rate);
        var made = tagger.Features(waveforms, rate);
        var scores = new Dictionary<Metric, Score>
        {
            [Metric.Clap] = Score.Mean(clap.Score(waveforms, protocol.Prompts, rate)),
            [Metric.ClapIndependent] = Score.Mean(judge.Score(waveforms, protocol.Prompts, rate)),
            [Metric.Kl] = KullbackLeibler.Softmax(made.Logits, real.Logits),
        };
        if (protocol.Wanted is not null)
        {
            Listen(TemporalCaptions.Of(grounder, rate), metric => metric);
            if (detector is not null) Listen(detector, metric => metric.ByDetector);
        }
        return Kept(new(name, scores, new(made.Embeddings.cpu(), made.Logits.cpu(), real.Embeddings.cpu()), waveforms));

        void Listen(Listener listener, Func<Metric, Metric> named)
        {
            var captions = TemporalCaptions.Heard(listener, waveforms, protocol);
            foreach (var (metric, score) in TemporalCaptions.Scores(captions, protocol)) scores[named(metric)] = score;
        }
    }

    /// <summary>after − before for every metric, with 95 % intervals of a bootstrap over prompts.</summary>
    /// <param name="before">One model.</param>
    /// <param name="after">The other, on the same prompts and seeds.</param>
    /// <param name="seed">Of the draws.</param>
    /// <param name="resamples">Draws for FAD and IS, which each draw computes anew; the others take 2,000.</param>
    /// <returns>NaN for a metric that no prompt counts for, such as OER without a sequence among the prompts.</returns>
    /// <exception cref="ArgumentException">The two are not of the same metrics and prompts; the message tells the difference.</exception>
    public static IReadOnlyDictionary<Metric, Change> Compare(
        EvaluationResult before, EvaluationResult after, long seed, int resamples = 100) => Compare([before], [after], seed, resamples);

    /// <summary>after − before for every metric, where each is the mean of several trainings of one recipe.</summary>
    /// <remarks>Each draw takes the same prompts of all of them: the trainings are pooled, and no prompt counts as several.</remarks>
    /// <param name="before">One model, or several trainings of it.</param>
    /// <param name="after">The other's trainings, at least one, on the same prompts and seeds.</param>
    /// <param name="seed">Of the draws.</param>
    /// <param name="resamples">Draws for FAD and IS.</param>
    /// <returns>NaN for a metric that no prompt counts for.</returns>
    /// <exception cref="ArgumentException">They are not of the same metrics and prompts; the message tells the difference.</exception>
    public static IReadOnlyDictionary<Metric, Change> Compare(
        IReadOnlyList<EvaluationResult> before, IReadOnlyList<EvaluationResult> after, long seed, int resamples = 100)
    {
        if (before.Count == 0 || after.Count == 0) throw new ArgumentException("There must be at least one model on each side.");
        foreach (var one in before.Skip(1).Concat(after)) CheckPaired(before[0], one);
        var changes = before[0].Scores.Keys.ToDictionary(metric => metric, metric => OfScore(Pooled(before, metric), Pooled(after, metric)));
        var (first, second) = (before.Select(one => one.Features).ToArray(), after.Select(one => one.Features).ToArray());
        changes[Metric.Fad] = OfSet(Metric.Fad, FeatureBootstrap.Fad(first, second, seed, resamples));
        changes[Metric.Is] = OfSet(Metric.Is, FeatureBootstrap.Inception(first, second, seed, resamples));
        return changes;

        static Score Pooled(IReadOnlyList<EvaluationResult> trainings, Metric metric) =>
            Score.Pooled([.. trainings.Select(one => one.Scores[metric])]);

        Change OfScore(Score first, Score second) => new(first.Value, second.Value, first.Counts.Sum() == 0
            ? new(double.NaN, double.NaN, double.NaN)
            : Bootstrap.Difference(first, second, seed));

        Change OfSet(Metric metric, Interval interval) => new(before.Average(one => one[metric]), after.Average(one => one[metric]), interval);
    }

    private static EvaluationResult Kept(EvaluationResult evaluation)
    {
        var (embeddings, logits, real) = evaluation.Features;
        foreach (var tensor in new[] { embeddings, logits, real, evaluation.Waveforms }) tensor.MoveToOuterDisposeScope();
        return evaluation;
    }

    private static void CheckPaired(EvaluationResult before, EvaluationResult after)
    {
        TaggerFeatures.CheckPaired(before.Features, after.Features);
        foreach (var (metric, score) in before.Scores)
        {
            if (!after.Scores.TryGetValue(metric, out var other))
                throw new ArgumentException($"Both models need the metric '{metric.Key}', but '{after.Model}' lacks it.");
            if (score.Counts.Count != other.Counts.Count)
                throw new ArgumentException($"Both models need the same prompts, but {metric.Key} counts "
                    + $"{score.Counts.Count} of '{before.Model}' and {other.Counts.Count} of '{after.Model}'.");
        }
        var (real, realAfter) = (before.Features.Real, after.Features.Real);
        if (!real.allclose(realAfter, rtol: 1e-3, atol: 1e-3))
            throw new ArgumentException($"Both models need the same prompts in the same order, but the real clips "
                + $"of '{before.Model}' are not those of '{after.Model}'.");
    }
}
