using Tango2.Metrics;

namespace Tango2.Evaluation;

/// <summary>Intervals of the changes of FAD and IS, which exist for a whole set of clips only.</summary>
internal static class FeatureBootstrap
{
    /// <summary>The change of the Fréchet distance; each draw takes the same prompts' clips of both models and of the world.</summary>
    /// <param name="before">Features of one model.</param>
    /// <param name="after">Features of the others, on the same prompts; their metric is averaged.</param>
    /// <param name="seed">Of the draws.</param>
    /// <param name="resamples">How many draws.</param>
    /// <exception cref="ArgumentException">The features are not of as many clips, or not finite.</exception>
    public static Interval Fad(TaggerFeatures before, IReadOnlyList<TaggerFeatures> after, long seed, int resamples = 100)
    {
        return Difference(before, after, Of, seed, resamples);

        static SetBootstrap.SetMetric Of(TaggerFeatures features) => items => FrechetDistance.Between(
            features.Embeddings.index_select(0, items), features.Real.index_select(0, items));
    }

    /// <summary>The change of the Inception Score, with the splits that <see cref="SetBootstrap.Splits"/> tells.</summary>
    /// <inheritdoc cref="Fad"/>
    public static Interval Inception(TaggerFeatures before, IReadOnlyList<TaggerFeatures> after, long seed, int resamples = 100)
    {
        var splits = SetBootstrap.Splits(before.Logits.shape[0]);
        return Difference(before, after, Of, seed, resamples);

        SetBootstrap.SetMetric Of(TaggerFeatures features) => items =>
            InceptionScore.OfShuffles(features.Logits.index_select(0, items), splits);
    }

    private static Interval Difference(
        TaggerFeatures before, IReadOnlyList<TaggerFeatures> after, Func<TaggerFeatures, SetBootstrap.SetMetric> of, long seed,
        int resamples)
    {
        foreach (var features in after) TaggerFeatures.CheckPaired(before, features);
        SetBootstrap.SetMetric[] metrics = [.. after.Select(of)];
        return SetBootstrap.Difference(
            before.Real.shape[0], of(before), items => metrics.Average(metric => metric(items)), seed, resamples);
    }
}
