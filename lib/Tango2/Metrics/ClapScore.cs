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
        return Score.Mean(nn.functional.cosine_similarity(t, a, dim: 1).data<double>().ToArray());
    }
}
