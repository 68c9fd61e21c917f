using Tango2.Tensors;

namespace Tango2.Mini.Foley;

/// <summary>A clip of the mini corpus: its scene, its words and, on demand, its sound.</summary>
/// <param name="Index">Number within its part of the corpus.</param>
/// <param name="Split">That part.</param>
/// <param name="Scene">What happens.</param>
/// <param name="Caption">A true caption.</param>
public sealed record FoleyClip(long Index, FoleySplit Split, Scene Scene, string Caption)
{
    /// <summary>The samples at 16 kHz, peak 0.5; rendered anew at each call, since keeping them costs more.</summary>
    public float[] Render() => FoleyWorld.Render(Scene);

    /// <summary>Another true caption, also of this clip's part; variant 0 is <see cref="Caption"/>.</summary>
    public string CaptionVariant(long variant) => Foley.Caption.Variant(Scene, variant, Split);

    /// <summary>A caption that may be wrong, as scraped captions are; a clip is always told wrongly in the same way.</summary>
    /// <param name="noise">How often.</param>
    /// <param name="variant">Which of the wordings.</param>
    internal string NoisyCaption(CaptionNoise noise, long variant = 0)
    {
        ArgumentNullException.ThrowIfNull(noise);
        var random = Seeds.Random(Scene.Seed, "caption noise");
        double swap = random.NextDouble(), replace = random.NextDouble(), drop = random.NextDouble();
        var told = Scene;
        if (swap < noise.Swapped && Scene.Structure == SceneStructure.Sequence)
        {
            told = told.WithOrderSwapped(random);
        }
        if (replace < noise.Replaced)
        {
            told = told.WithEventReplaced(random);
        }
        if (drop < noise.Dropped && told.Events.Count > 1)
        {
            told = told.WithEventDropped(random);
        }
        return Foley.Caption.Variant(told, variant, Split);
    }
}

/// <summary>The part of the corpus that a clip belongs to; no caption and no scene seed is in two parts.</summary>
public enum FoleySplit
{
    /// <summary>To learn from.</summary>
    Train,

    /// <summary>To tune on: the same pairs of events as in training, in other words and sounds.</summary>
    Validation,

    /// <summary>To report on: every scene of several events has two that are never heard together in training.</summary>
    Test,
}

/// <summary>How often captions of scraped data are wrong; each fault is drawn by itself.</summary>
/// <param name="Swapped">Probability that a sequence's order is swapped.</param>
/// <param name="Replaced">Probability that one event is called by another's name.</param>
/// <param name="Dropped">Probability that one of several events is not mentioned.</param>
internal sealed record CaptionNoise(double Swapped = 0, double Replaced = 0, double Dropped = 0)
{
    /// <summary>True captions.</summary>
    public static CaptionNoise None { get; } = new();

    /// <summary>The faults of the captions that the base model is trained on; TRAINING.md tells why.</summary>
    public static CaptionNoise Scraped { get; } = new(Swapped: 0.10, Replaced: 0.08, Dropped: 0.10);
}
