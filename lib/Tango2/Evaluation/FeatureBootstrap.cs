using Tango2.Metrics;

namespace Tango2.Evaluation;

/// <summary>Intervals of the changes of FAD and IS, which exist for a whole set of clips only.</summary>
internal static class FeatureBootstrap
{
    /// <summary>The change of the Fréchet distance; each draw takes the same prompts' clips of both models and of the world.</summary>
    /// <param name="before">Features of one model, or of several trainings, whose metric is averaged.</param>
    /// <param name="after">Features of the other's, on the same prompts.</param>
    /// <param name="seed">Of the draws.</param>
    /// <param name="resamples">How many draws.</param>
    /// <exception cref="ArgumentException">The features are not of as many clips, or not finite.</exception>
    public static Interval Fad(IReadOnlyList<TaggerFeatures> before, IReadOnlyList<TaggerFeatures> after, long seed, int resamples = 100)
    {
        return Difference(before, after, Of, seed, resamples);

        static SetBootstrap.SetMetric Of(TaggerFeatures features) => items => FrechetDistance.Between(
            features.Embeddings.index_select(0, items), features.Real.index_select(0, items));
    }

    /// <summary>The change of the Inception Score, with the splits that <see cref="SetBootstrap.Splits"/> tells.</summary>
    /// <inheritdoc cref="Fad"/>
    public static Interval Inception(IReadOnlyList<TaggerFeatures> before, IReadOnlyList<TaggerFeatures> after, long seed, int resamples = 100)
    {
        var splits = SetBootstrap.Splits(before[0].Logits.shape[0]);
        return Difference(before, after, Of, seed, resamples);

        SetBootstrap.SetMetric Of(TaggerFeatures features) => items =>
            InceptionScore.OfShuffles(features.Logits.index_select(0, items), splits);
    }

    private static Interval Difference(
        IReadOnlyList<TaggerFeatures> before, IReadOnlyList<TaggerFeatures> after, Func<TaggerFeatures, SetBootstrap.SetMetric> of,
        long seed, int resamples)
    {
        foreach (var features in before.Skip(1).Concat(after)) TaggerFeatures.CheckPaired(before[0], features);
        return SetBootstrap.Difference(before[0].Real.shape[0], Mean(before), Mean(after), seed, resamples);

        SetBootstrap.SetMetric Mean(IReadOnlyList<TaggerFeatures> trainings)
        {
            SetBootstrap.SetMetric[] metrics = [.. trainings.Select(of)];
            return items => metrics.Average(metric => metric(items));
        }
    }
}
