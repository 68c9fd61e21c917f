using Tango2.Metrics;

namespace Tango2.Tests.Parity;

/// <summary>Fréchet distance, divergences and Inception Score of stored embeddings and logits.</summary>
internal static class MetricsParity
{
    // Of what is zero but for rounding, the manifest's relative tolerances say nothing.
    private static readonly Tolerance Zero = new(1e-5, 0);

    public static void Run(ParityFixture f, Comparison c)
    {
        foreach (var set in f.Inputs().Where(i => i.EndsWith(".a", StringComparison.Ordinal)).Select(i => i[..^2])) Frechet(f, c, set);
        if (f.InputOrNull("kl.logits_generated") is { } generated) Divergences(f, c, generated, f.Input("kl.logits_reference"));
        foreach (var set in f.Inputs("isc").Where(i => i.EndsWith(".logits", StringComparison.Ordinal)))
            Inception(f, c, set[..^".logits".Length], f.Input(set));
    }

    private static void Frechet(ParityFixture f, Comparison c, string set)
    {
        var (a, b) = (f.Input(set + ".a"), f.Input(set + ".b"));
        var (mean, covariance) = FrechetDistance.Moments(a);
        c.Maybe(set + ".mu_a", () => mean);
        c.Maybe(set + ".sigma_a", () => covariance);
        var distance = FrechetDistance.Between(a, b);
        foreach (var name in ((string[])[".fad", ".fad_exact", ".frechet_distance"]).Select(n => set + n).Where(f.Has))
        {
            if (distance > Zero.Atol) c.Close(name, distance);
            else c.Within(name, tensor(distance, float64), Zero, "the sets are equal");
        }
    }

    private static void Divergences(ParityFixture f, Comparison c, Tensor generated, Tensor reference)
    {
        var divergence = KullbackLeibler.Softmax(generated, reference);
        c.Maybe("kl.softmax", () => tensor(divergence.Value, float64));
        c.Maybe("kl.sigmoid", () => tensor(KullbackLeibler.Sigmoid(generated, reference).Value, float64));
        // The reference's value of one clip is a mean over classes, divided by the number of clips once more.
        c.Maybe("kl.kl_ref", () => tensor(divergence.PerItem.ToArray()) / generated.numel());
        Self("kl_self.softmax", KullbackLeibler.Softmax(reference, reference).Value);
        Self("kl_self.sigmoid", KullbackLeibler.Sigmoid(reference, reference).Value);

        void Self(string name, double value)
        {
            if (f.Has(name)) c.Within(name, tensor(value, float64), Zero, "what is left are the reference's float32 rounding and its 1e-6");
        }
    }

    private static void Inception(ParityFixture f, Comparison c, string set, Tensor logits)
    {
        var (config, count) = (f.Config["isc"]!, (int)logits.shape[0]);
        var (seed, splits) = ((int)config["rng_seed"]!, (int)config["splits"]!);
        if (f.Has(set + ".splits"))
        {
            splits = (int)f.Output(set + ".splits").item<long>();
            c.NotComparable(set + ".splits", "it is what the score is asked for");
        }
        c.Maybe(set + ".permutation", () => tensor(
            new MersenneTwister((uint)seed).Permutation(count).Select(i => (long)i).ToArray()));
        if (count < splits)
        {
            Assert.Throws<ArgumentException>(() => InceptionScore.Of(logits, splits, seed));
            foreach (var part in (string[])[".mean", ".std"])
                if (f.Has(set + part)) c.NotComparable(set + part, "the reference answers NaN to fewer clips than splits, the library refuses");
            return;
        }
        var score = InceptionScore.Of(logits, splits, (bool?)config["samples_shuffle"] ?? true ? seed : null);
        c.Maybe(set + ".mean", () => tensor(score.Mean, float64));
        c.Maybe(set + ".std", () => tensor(score.Deviation, float64));
    }
}
