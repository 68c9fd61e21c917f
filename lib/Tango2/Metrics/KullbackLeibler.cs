using Tango2.Tensors;

namespace Tango2.Metrics;

/// <summary>Σ_c p_ref · (ln p_ref − ln(p_gen + 1e-6)): how a tagger's view of the generated clip differs from its view of the reference.</summary>
/// <remarks>
/// audioldm_eval's direction, KL(reference ‖ generated), in nats per clip; rows are paired by index. The paper's "KL"
/// is the softmax form. The sigmoid form takes the classes as independent and leaves out the (1 − p) terms, so it is
/// no divergence and can be negative. A class that the reference rules out counts 0, since 0 · ln 0 = 0.
/// </remarks>
public static class KullbackLeibler
{
    private const double Epsilon = 1e-6;

    /// <summary>With p = softmax of the logits.</summary>
    /// <param name="generated">[N, C], a tagger's logits of the generated clips.</param>
    /// <param name="reference">[N, C], of the reference clips, in the same order.</param>
    /// <exception cref="ArgumentException">The shapes differ, or a logit is NaN; the message names the row.</exception>
    public static Score Softmax(Tensor generated, Tensor reference) =>
        Divergence(generated, reference, (logits, name) => TaggerLogits.ForSoftmax(logits, name).softmax(-1));

    /// <summary>With p = sigmoid of the logits, summed over the classes.</summary>
    /// <inheritdoc cref="Softmax"/>
    public static Score Sigmoid(Tensor generated, Tensor reference) =>
        Divergence(generated, reference, (logits, name) => TaggerLogits.ForSigmoid(logits, name).sigmoid());

    private static Score Divergence(Tensor generated, Tensor reference, Func<Tensor, string, Tensor> probabilities)
    {
        Shape.Check(generated, "N, C").And(reference, "N, C");
        using var scope = NewDisposeScope();
        var p = probabilities(reference, nameof(reference)); // [N, C]
        var q = probabilities(generated, nameof(generated)); // [N, C]
        var terms = p.xlogy(p) - p * (q + Epsilon).log();    // [N, C], 0 where p is 0
        return Score.Mean(terms.sum(-1).data<double>().ToArray());
    }
}
