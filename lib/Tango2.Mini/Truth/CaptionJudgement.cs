using Tango2.Display;
using Tango2.Mini.Foley;
using Tango2.Pipelines;
using Tango2.Tensors;

namespace Tango2.Mini.Truth;

/// <summary>What a CLAP model says of true sound under a true caption and under captions that are wrong in one way.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Right">Cosines of clips and their captions; in [−1, 1].</param>
/// <param name="Swapped">The same with the events told in another order.</param>
/// <param name="Replaced">The same with one event replaced.</param>
/// <param name="Dropped">The same with one event left out.</param>
public sealed record CaptionJudgement(
    string Model, double[] Right, double[] Swapped, double[] Replaced, double[] Dropped)
{
    /// <summary>Asks a model.</summary>
    /// <param name="scorer">The model.</param>
    /// <param name="sound">[B, N]: the clips' sound.</param>
    /// <param name="clips">Sequences of two events or more.</param>
    /// <param name="seed">Of the wrong captions; the same seed asks each model the same.</param>
    /// <exception cref="ArgumentException">There is not one sound for each clip; the message tells both numbers.</exception>
    public static CaptionJudgement Of(ClapScorer scorer, Tensor sound, IReadOnlyList<FoleyClip> clips, long seed)
    {
        ArgumentNullException.ThrowIfNull(scorer);
        if (sound.shape[0] != clips.Count)
            throw new ArgumentException($"Each of {clips.Count} clips needs its sound, but there are {sound.shape[0]} sounds.");
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var audio = scorer.Audio(sound);
        double[] Score(Func<Scene, Random, FoleySplit?, string> caption, string name) =>
            Cosines(clips.Select((c, i) => caption(c.Scene, Seeds.Random(seed, $"judgement/{name}", i), c.Split)));
        double[] Cosines(IEnumerable<string> captions) =>
            scorer.Cosines(audio, [.. captions]);
        return new(scorer.Name, Cosines(clips.Select(c => c.Caption)), Score(Caption.SwappedOrder, "swapped"),
            Score(Caption.Replaced, "replaced"), Score(Caption.Dropped, "dropped"));
    }

    /// <summary>The share of clips whose true caption scores higher; ½ is a coin.</summary>
    /// <param name="wrong">One of this judgement's lists of wrong captions.</param>
    /// <exception cref="ArgumentException">The lists are not as long, empty, or hold a value that is not finite.</exception>
    public double Above(double[] wrong)
    {
        ArgumentNullException.ThrowIfNull(wrong);
        if (wrong.Length != Right.Length)
            throw new ArgumentException($"There must be {Right.Length} scores of wrong captions, but there are {wrong.Length}.");
        if (wrong.Length == 0) throw new ArgumentException("A share needs at least one clip, but there is none.");
        Finite.Check(Right, "Scores of true captions", "clip");
        Finite.Check(wrong, "Scores of wrong captions", "clip");
        return Right.Zip(wrong).Count(pair => pair.First > pair.Second) / (double)Right.Length;
    }

    /// <summary>By how much each true caption scores higher than a wrong one; below 0 it scores lower.</summary>
    /// <param name="wrong">One of this judgement's lists of wrong captions.</param>
    public double[] Margins(double[] wrong) => [.. Right.Zip(wrong, (right, other) => right - other)];

    /// <summary>The shares of several models under each other.</summary>
    public static Table Table(params CaptionJudgement[] judgements)
    {
        ArgumentNullException.ThrowIfNull(judgements);
        var table = new Table(
            "How often the true caption scores higher than a wrong one", "model", "order swapped", "event replaced",
            "event dropped", "mean cosine of the true caption")
        { NumberFormat = "f2" };
        foreach (var j in judgements)
            table.Add($"CLAP {j.Model}", j.Above(j.Swapped), j.Above(j.Replaced), j.Above(j.Dropped), j.Right.Average());
        return table;
    }
}
