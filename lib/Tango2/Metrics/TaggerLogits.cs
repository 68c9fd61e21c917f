using Tango2.Tensors;

namespace Tango2.Metrics;

/// <summary>Logits as the metrics take them; infinite ones where a probability has a limit.</summary>
internal static class TaggerLogits
{
    /// <summary>
    /// The logits [N, C] in float64 on the CPU. A row with one +∞ is certain: that class has probability 1, so it comes
    /// back as 0 there and −∞ elsewhere, of which softmax makes just that.
    /// </summary>
    /// <param name="logits">[N, C], N and C at least 1.</param>
    /// <param name="name">What an error calls them.</param>
    /// <exception cref="ArgumentException">A NaN, or a row that has no softmax; the message names the row.</exception>
    public static Tensor ForSoftmax(Tensor logits, string name)
    {
        using var scope = NewDisposeScope();
        var rows = ForSigmoid(logits, name);
        var certain = rows.isposinf();
        var many = certain.sum(-1) > 1;
        if (many.any().item<bool>())
            throw NoSoftmax(name, many, "is +∞ in more than one class");
        var none = rows.isneginf().all(-1);
        if (none.any().item<bool>()) throw NoSoftmax(name, none, "is −∞ in every class");
        var decided = certain.any(-1, keepdim: true);
        if (!decided.any().item<bool>()) return rows.MoveToOuterDisposeScope();
        var oneHot = full_like(rows, double.NegativeInfinity).masked_fill(certain, 0);
        return where(decided, oneHot, rows).MoveToOuterDisposeScope();
    }

    /// <summary>The logits [N, C] in float64 on the CPU; ±∞ have probabilities 1 and 0.</summary>
    /// <inheritdoc cref="ForSoftmax"/>
    public static Tensor ForSigmoid(Tensor logits, string name)
    {
        Shape.Check(logits, "N, C", name);
        if (logits.numel() == 0)
            throw new ArgumentException(
                $"{name} must hold at least one clip and one class, but is [{string.Join(", ", logits.shape)}].");
        using var scope = NewDisposeScope();
        var rows = logits.detach().to(float64).cpu();
        var missing = rows.isnan();
        if (!missing.any().item<bool>()) return rows.MoveToOuterDisposeScope();
        var place = missing.nonzero()[0].data<long>().ToArray();
        throw new ArgumentException($"{name} must be numbers, but row {place[0]}, class {place[1]} is NaN; "
            + "check the sound of that clip.");
    }

    private static ArgumentException NoSoftmax(string name, Tensor rows, string what) => new(
        $"{name} must give each clip probabilities, but row {rows.nonzero()[0, 0].item<long>()} {what}.");
}
