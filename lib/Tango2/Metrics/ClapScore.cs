using Tango2.Tensors;

namespace Tango2.Metrics;

/// <summary>cos(audio, text) of CLAP's embeddings, clip by clip; in [−1, 1].</summary>
internal static class ClapScore
{
    /// <summary>The cosine of each row with the row of the same index: Σ_d audio_d · text_d.</summary>
    /// <param name="audio">[B, D], float32 unit vectors.</param>
    /// <param name="text">[B, D], likewise.</param>
    /// <param name="name">What an error calls the cosines.</param>
    /// <returns>B cosines.</returns>
    /// <exception cref="ArgumentException">The shapes differ, or a cosine is not finite; the message names the clip.</exception>
    public static double[] Of(Tensor audio, Tensor text, string name = "CLAP scores")
    {
        Shape.Check(audio, "B, D").And(text, "B, D");
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        double[] cosines = [.. (audio * text).sum(-1).cpu().data<float>().Select(s => (double)s)];
        Finite.Check(cosines, name, "clip");
        return cosines;
    }
}
