using Tango2.Metrics;
using Tango2.Tensors;

namespace Tango2.Evaluation;

/// <summary>What one model's clips measure, with values per prompt where the metric has them.</summary>
public sealed class EvaluationResult
{
    private readonly Dictionary<Metric, double> _values;

    /// <summary>Takes features and waveforms over, and computes what exists for the whole set of clips only.</summary>
    internal EvaluationResult(
        string model, IReadOnlyDictionary<Metric, Score> scores, TaggerFeatures features, Tensor waveforms)
    {
        (Model, Scores, Features, Waveforms) = (model, scores, features, waveforms);
        _values = scores.ToDictionary(s => s.Key, s => s.Value.Value);
        _values[Metric.Fad] = FrechetDistance.Between(features.Embeddings, features.Real);
        _values[Metric.Is] = InceptionScore.OfShuffles(features.Logits, SetBootstrap.Splits(features.Logits.shape[0]));
    }

    /// <summary>Of several clips of each prompt the one that a metric likes best.</summary>
    /// <param name="name">What to call the result, which has no sound.</param>
    /// <param name="of">At least one result; all on the same prompts and of the same metrics.</param>
    /// <param name="metric">One that has a value for each prompt.</param>
    /// <param name="protocol">The prompts; OER has values for some of them only.</param>
    internal static EvaluationResult Best(string name, IReadOnlyList<EvaluationResult> of, Metric metric, Protocol protocol)
    {
        using var scope = NewDisposeScope();
        var values = of.Select(one => one.Scores[metric].PerItem).ToArray();
        int[] prompts = [.. Enumerable.Range(0, values[0].Count)];
        int[] ordered = [.. prompts.Where(prompt => protocol.Wanted is { } wanted && wanted[prompt].Ordered)];
        int[] best = [.. prompts.Select(prompt => Enumerable.Range(0, of.Count)
            .MaxBy(k => metric.HigherIsBetter ? values[k][prompt] : -values[k][prompt]))];
        Tensor Chosen(Func<TaggerFeatures, Tensor> features) => stack([.. of.Select(one => features(one.Features))])
            .index(tensor(best, dtype: int64, device: CPU), tensor(prompts, dtype: int64, device: CPU));
        Score Of(Metric kept)
        {
            var items = of[0].Scores[kept].Counts.Count;
            var counted = items == prompts.Length ? prompts : items == ordered.Length ? ordered : throw new ArgumentException(
                $"{kept.Title} has {items} values, but must have one for each of {prompts.Length} prompts or {ordered.Length} in order.");
            double[] Items(Func<Score, IReadOnlyList<double>> part) =>
                [.. counted.Select((prompt, item) => part(of[best[prompt]].Scores[kept])[item])];
            return new(Items(score => score.Sums), Items(score => score.Counts));
        }

        var scores = of[0].Scores.Keys.ToDictionary(kept => kept, Of);
        var (embeddings, logits, real) = scope.MoveToOuter(
            Chosen(f => f.Embeddings), Chosen(f => f.Logits), of[0].Features.Real.clone());
        return new(name, scores, new(embeddings, logits, real), empty([0, 0], device: CPU).MoveToOuterDisposeScope());
    }

    /// <summary>What the model is called.</summary>
    public string Model { get; }

    /// <summary>The metrics that have a value for each prompt.</summary>
    public IReadOnlyDictionary<Metric, Score> Scores { get; }

    /// <summary>What FAD and IS are computed on; the owner disposes it.</summary>
    internal TaggerFeatures Features { get; }

    /// <summary>[B, N] at the protocol's rate, or [0, N] where the result was read from a file; the owner disposes it.</summary>
    public Tensor Waveforms { get; }

    /// <summary>All metrics, FAD and IS among them.</summary>
    public IReadOnlyCollection<Metric> Metrics => _values.Keys;

    /// <summary>A metric's value; NaN where no prompt counts for it.</summary>
    /// <exception cref="ArgumentException">It was not measured.</exception>
    public double this[Metric metric] => _values.TryGetValue(metric, out var value) ? value : throw new ArgumentException(
        $"{metric.Title} was not measured of '{Model}'; there are {string.Join(", ", _values.Keys.Select(m => m.Key))}.");

    /// <summary>All values by the metrics' keys, as files have them.</summary>
    public IReadOnlyDictionary<string, double> ByKey() => _values.ToDictionary(v => v.Key.Key, v => v.Value);
}

/// <summary>How a metric changed between two models on the same prompts.</summary>
/// <param name="Before">Of one model.</param>
/// <param name="After">Of the other.</param>
/// <param name="Interval">after − before, with 95 %.</param>
public sealed record Change(double Before, double After, Interval Interval)
{
    private const int Decimals = 4;

    /// <summary>As files have it.</summary>
    internal Change Rounded()
    {
        static double Of(double value) => Math.Round(value, Decimals);
        var (estimate, low, high) = Interval;
        return new(Of(Before), Of(After), new(Of(estimate), Of(low), Of(high)));
    }
}

/// <summary>What the tagger makes of clips and of the real clips of the same prompts; FAD and IS are computed on it.</summary>
/// <param name="Embeddings">[B, D], of the clips.</param>
/// <param name="Logits">[B, K], of the clips.</param>
/// <param name="Real">[B, D], embeddings of the real clips, row by row the same prompts.</param>
internal sealed record TaggerFeatures(Tensor Embeddings, Tensor Logits, Tensor Real)
{
    /// <summary>Refuses features that are not of the same prompts, row by row.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit together; the message tells which and how.</exception>
    internal static void CheckPaired(TaggerFeatures before, TaggerFeatures after) => Shape
        .Check(before.Embeddings, "B, D").And(before.Logits, "B, K").And(before.Real, "B, D")
        .And(after.Embeddings, "B, D").And(after.Logits, "B, K").And(after.Real, "B, D");
}
