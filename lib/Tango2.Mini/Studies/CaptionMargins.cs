using Tango2.Foley;
using Tango2.Lab;
using Tango2.Pipelines;
using Tango2.Tensors;

namespace Tango2.Studies;

/// <summary>How much higher a CLAP model scores the true caption of a clip than one that is wrong in a known way.</summary>
/// <param name="Swapped">Cosine of the true caption − cosine of one with the events in another order, for each clip.</param>
/// <param name="Replaced">Cosine of the true caption − cosine of one with another event, for each clip.</param>
public sealed record CaptionMargins(double[] Swapped, double[] Replaced)
{
    /// <summary>Measures on clips of sequences that the model was not trained on.</summary>
    /// <param name="clap">The model.</param>
    /// <param name="count">Clips.</param>
    /// <param name="seed">Of clips and wrong captions.</param>
    public static CaptionMargins Of(ClapScorer clap, int count, long seed)
    {
        FoleyClip[] clips = [.. FoleyWorld.Clips(seed, FoleySplit.Validation, count, SceneMix.Sequences)];
        using var scope = NewDisposeScope();
        var sound = Corpus.Waveforms(clips);
        var truth = clap.Score(sound, [.. clips.Select(clip => clip.Caption)]);
        var swapped = clap.Score(sound, [.. clips.Select(c => Caption.SwappedOrder(c.Scene, Draw(c, "swap"), c.Split))]);
        var replaced = clap.Score(sound, [.. clips.Select(c => Caption.Replaced(c.Scene, Draw(c, "replace"), c.Split))]);
        return new(Minus(truth, swapped), Minus(truth, replaced));

        Random Draw(FoleyClip clip, string edit) => Seeds.Random(seed, $"caption margins/{edit}", clip.Index);
    }

    /// <summary>The share of margins above 0: one half is guessing.</summary>
    /// <param name="margins">One for each clip, at least one.</param>
    /// <exception cref="ArgumentException">There is none, or one is not finite; the message names the clip.</exception>
    public static double ShareRight(double[] margins)
    {
        ArgumentNullException.ThrowIfNull(margins);
        if (margins.Length == 0) throw new ArgumentException("A share needs at least one margin, but there is none.");
        Finite.Check(margins, "Margins", "clip");
        return (double)margins.Count(m => m > 0) / margins.Length;
    }

    private static double[] Minus(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x - y)];
}
