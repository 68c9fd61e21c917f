using Tango2.Tensors;

namespace Tango2.Metrics;

/// <summary>cos(text, audio) of CLAP's embeddings, averaged over the clips; in [−1, 1].</summary>
public static class ClapScore
{
    /// <summary>The cosine of each row with the row of the same index.</summary>
    /// <param name="text">[N, D], of any length.</param>
    /// <param name="audio">[N, D], of any length.</param>
    /// <exception cref="ArgumentException">The shapes differ, or a value is not finite; the message names the row.</exception>
    public static Score Of(Tensor text, Tensor audio)
    {
        Shape.Check(text, "N, D").And(audio, "N, D");
        Finite.Check(text, nameof(text), ["row", "column"]);
        Finite.Check(audio, nameof(audio), ["row", "column"], "check that clip's sound");
        if (text.shape[0] == 0) throw new ArgumentException("A CLAP score needs at least one clip, but got none.");
        using var scope = NewDisposeScope();
        var (t, a) = (text.detach().to(float64).cpu(), audio.detach().to(float64).cpu());
        return Score.Mean((Unit(t, nameof(text)) * Unit(a, nameof(audio))).sum(1).data<double>().ToArray());
    }

    // By the greatest value first, so that no square is too large or too small.
    private static Tensor Unit(Tensor rows, string name)
    {
        var greatest = rows.abs().amax([1], keepdim: true); // [N, 1]
        var empty = (greatest == 0).flatten();
        if (empty.any().item<bool>())
            throw new ArgumentException($"{name} must have a direction, but row {empty.nonzero()[0, 0].item<long>()} is all 0.");
        var scaled = rows / greatest;
        return scaled / scaled.square().sum([1], keepdim: true).sqrt();
    }
}
